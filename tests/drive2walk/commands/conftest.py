"""The commands are tried on the same small networks and datasets as the code behind them."""

from tests.perception.conftest import (  # noqa: F401
    folder,
    large_folder,
    tiny_config,
    tiny_network,
    walking_knowledge,
)
