"""The command line and the releases are tested with the small networks and datasets of the eyes."""

from tests.perception.conftest import (  # noqa: F401
    folder,
    large_folder,
    tiny_config,
    tiny_network,
    walking_knowledge,
)
