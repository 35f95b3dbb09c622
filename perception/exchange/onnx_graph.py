"""Export of a network as an ONNX graph for robots, checked against the network."""

from __future__ import annotations

import dataclasses
import io
import json
import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.exchange.onnx_check import (
    INPUT,
    OUTPUTS,
    SPEED_SIZE,
    largest_difference,
    open_session,
    pink_noise_images,
)
from drive2walk.perception.inference.predictor import untrained_classes
from drive2walk.perception.network.folding import fold_batch_norms
from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge
from drive2walk.robot.surfaces import SURFACES

OPSET = 17
# Greatest accepted difference of a logit or a log depth from PyTorch.
MAX_DIFFERENCE = 1e-3


class ExportGraph(nn.Module):
    """The exported module: a network without batch norms that excludes untrained surfaces."""

    def __init__(self, network: Network, knowledge: Knowledge) -> None:
        super().__init__()
        self.network = fold_batch_norms(network.eval())
        self.register_buffer("untrained", untrained_classes(knowledge).view(1, -1, 1, 1))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Map images (n, 3, h, w) in [0, 1] to logits and log depth at half the size."""
        output = self.network(image)
        assert isinstance(self.untrained, Tensor)
        return output.surfaces.masked_fill(self.untrained, EXCLUDED), output.log_depth


def export_onnx(network: Network, knowledge: Knowledge, path: Path) -> float:
    """Write a network to an ONNX file with free n, h and w, completely or not at all.

    Args:
        network: Network to export.
        knowledge: Training data of the network, for the metadata.
        path: ONNX file to write.

    Returns:
        Largest difference from PyTorch.

    Raises:
        WeightsError: The difference is larger than ``MAX_DIFFERENCE``.
    """
    graph = ExportGraph(network, knowledge).eval()
    model = onnx.load_from_string(_trace(graph))
    onnx.helper.set_model_props(model, graph_metadata(network, knowledge))
    session = open_session(model.SerializeToString())
    difference = largest_difference(graph, session, knowledge.input_size)
    if not difference <= MAX_DIFFERENCE:
        raise WeightsError(
            f"the exported graph differs from PyTorch by {difference:.2g}, {MAX_DIFFERENCE:g} is "
            f"allowed, so '{path}' wasn't written. Check the weights with 'evaluate'."
        )
    write_model(path, model)
    return difference


def write_model(path: Path, model: onnx.ModelProto) -> None:
    """Write an ONNX model; an interruption at any moment leaves the old or the new file."""
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(model.SerializeToString())
    part.replace(path)


def graph_metadata(network: Network, knowledge: Knowledge) -> dict[str, str]:
    """Return the metadata that a user of the graph needs, as JSON values by key."""
    mean, std = network.trunk.mean, network.trunk.std
    note = f"in the graph: RGB in [0, 1] is taken as it is; mean {mean}, std {std} are applied"
    untrained = untrained_classes(knowledge)
    values = {
        "class_names": list(SURFACES),
        "taught": [s for s, excluded in zip(SURFACES, untrained, strict=True) if not excluded],
        "walkable": list(knowledge.walkable),
        "depth": knowledge.depth,
        "input_size": list(knowledge.input_size),
        "enlarge": knowledge.enlarge,
        "normalisation": note,
        "taxonomy_version": knowledge.taxonomy_version,
        "network": dataclasses.asdict(network.config),
    }
    return {key: json.dumps(value) for key, value in values.items()}


def _trace(graph: ExportGraph) -> bytes:
    height_axes = {INPUT: 2, OUTPUTS[0]: 2, OUTPUTS[1]: 1}
    axes = {name: {0: "n", at: "h", at + 1: "w"} for name, at in height_axes.items()}
    for name in OUTPUTS:
        axes[name] = {at: f"{side}_half" if at else side for at, side in axes[name].items()}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The newer exporter needs another package and gives the same graph.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            graph,
            (torch.from_numpy(pink_noise_images(2, *SPEED_SIZE)),),
            buffer,  # type: ignore[arg-type]
            dynamo=False,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=OPSET,
        )
    return buffer.getvalue()
