"""Freezing: what of a trunk stays as it is while the rest learns.

With few images, most of the trunk is best left alone: what it has seen is worth more than what
the images can teach it. A frozen stage keeps its batch norms' statistics too; they would
otherwise drift with every batch and change what the stage computes.
"""

from __future__ import annotations

from torch import nn

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.network.network import Network

WHOLE_TRUNK = -1


def parse_freeze(given: str) -> int:
    """Return the number of stages, stem first, that ``given`` freezes; -1 is the whole trunk.

    Raises:
        ConfigError: it is neither "none", "trunk" nor "stages:N".
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
    """Return the modules of ``network`` that ``given`` (see ``parse_freeze``) freezes.

    Raises:
        ConfigError: the trunk has fewer stages.
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
    """Stop modules from learning; call again after ``train()`` has woken their batch norms."""
    for module in modules:
        module.requires_grad_(False)
        module.eval()
