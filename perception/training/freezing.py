"""Parts of a trunk that do not learn.

With few images, most of the trunk is best frozen: its earlier training is worth more than what the
images can teach. A frozen stage keeps the statistics of its batch norms too, which would otherwise
change with every batch.
"""

from __future__ import annotations

from torch import nn

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.network.network import Network

WHOLE_TRUNK = -1


def parse_freeze(given: str) -> int:
    """Return the number of frozen stages, counted from the stem; -1 for the whole trunk.

    Raises:
        ConfigError: ``given`` is neither "none", "trunk" nor "stages:N".
    """
    if given == "none":
        return 0
    if given == "trunk":
        return WHOLE_TRUNK
    word, _, number = given.partition(":")
    if word == "stages" and number.isdecimal():
        return int(number)
    raise ConfigError(f"freeze: got '{given}'. Allowed: none, trunk, stages:N (N counts the stem).")


def frozen_modules(network: Network, given: str) -> list[nn.Module]:
    """Return the modules of ``network`` that a setting freezes (see ``parse_freeze``).

    Raises:
        ConfigError: The trunk has fewer stages.
    """
    count = parse_freeze(given)
    if count == WHOLE_TRUNK:
        return [network.trunk]
    stages = network.trunk.stages()
    if count > len(stages):
        raise ConfigError(
            f"freeze: got '{given}', but this trunk has {len(stages)} stages, the stem included."
        )
    return stages[:count]


def freeze(modules: list[nn.Module]) -> None:
    """Stop modules from learning; call it again after ``train()``, which resets batch norms."""
    for module in modules:
        module.requires_grad_(False)
        module.eval()
