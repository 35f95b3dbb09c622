"""Transfer: where a network starts when it starts from one that has driven."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import has_heads, load_trunk, load_weights, read_config
from drive2walk.perception.training.config import TrainConfig
from drive2walk.robot.surfaces import surface_ids


def starting_network(config: TrainConfig, init: Path | None) -> Network:
    """Return the network that a run of ``config`` starts from.

    Weights without this project's heads, as published networks bring them, give the trunk alone.
    Those that know all walkable surfaces already keep what they know of them; others inherit.

    Args:
        config: the run; its seed decides whatever starts from scratch.
        init: weights to start from, or None.

    Raises:
        WeightsError: the weights can't be read or are of another shape.
    """
    torch.manual_seed(config.seed)
    if init is None:
        return Network(config.network)
    if not has_heads(init):
        network = Network(config.network)
        load_trunk(network, init)
        return network
    network, knowledge = load_weights(init)
    if network.config != config.network:
        raise WeightsError(
            f"'{init}' holds a network of another shape than the config's. "
            "Set the config's 'network' to the one the weights were trained with."
        )
    if not set(config.walkable) <= set(knowledge.surfaces):
        inherit_surfaces(network, config.inherit)
    return network


def shape_of_start(wanted: NetworkConfig, init: Path) -> NetworkConfig:
    """Return the shape of a network that starts from the weights ``init``.

    It is the file's own; of a file without neck and heads of this project it is the trunk, and
    the rest is as ``wanted``.

    Raises:
        WeightsError: the weights can't be read.
    """
    held = read_config(init)
    return held if has_heads(init) else dataclasses.replace(wanted, trunk=held.trunk)


def inherit_surfaces(network: Network, inherit: dict[str, str]) -> None:
    """Start surfaces from others: heir's row of the surface head becomes a copy of the other's.

    What a car calls road is the nearest thing it knows to a floor, so "drivable" becomes
    "walkable" before the first step, and training has only the difference to learn.

    Args:
        network: changed in place.
        inherit: heir: the surface whose row it gets.

    Raises:
        DataError: a name isn't in the taxonomy.
    """
    heirs, sources = surface_ids(inherit), surface_ids(inherit.values())
    layer = network.surface_head.predict
    with torch.no_grad():
        for tensor in (layer.weight, layer.bias):
            assert tensor is not None
            tensor[heirs] = tensor[sources].clone()
