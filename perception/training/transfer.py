"""The start of a training run from the weights of another network."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import has_heads, load_trunk, load_weights, read_config
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.robot.surfaces import surface_ids


def starting_network(config: NetworkTrainingConfig, init: Path | None) -> Network:
    """Return the network that a run starts from.

    Of weights without this project's heads, such as published ones, only the trunk is used. New
    walkable surfaces inherit their weights from others (see ``inherit_surfaces``), unless the
    network was trained on all of them.

    Args:
        config: Settings of the run, whose seed determines all new weights.
        init: Weights to start from; None to start from scratch.

    Raises:
        WeightsError: The weights can't be read or have another shape.
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

    It is the shape in the file. A file without this project's heads gives only the trunk, and the
    rest is as ``wanted``.

    Raises:
        WeightsError: The weights can't be read.
    """
    shape = read_config(init)
    return shape if has_heads(init) else dataclasses.replace(wanted, trunk=shape.trunk)


def inherit_surfaces(network: Network, inherit: dict[str, str]) -> None:
    """Copy weights of the surface head from known surfaces to new ones.

    For a driving network, a road is the surface most similar to a floor. With its weights,
    "drivable" means "walkable" before the first step, and training only learns the difference.

    Args:
        network: Network to change in place.
        inherit: Known surface by new surface.

    Raises:
        DataError: A name is not a surface.
    """
    new, known = surface_ids(inherit), surface_ids(inherit.values())
    layer = network.surface_head.predict
    with torch.no_grad():
        for tensor in (layer.weight, layer.bias):
            assert tensor is not None
            tensor[new] = tensor[known].clone()
