"""Export: a network as an ONNX graph for robots, checked against the network it came from."""

from __future__ import annotations

import dataclasses
import io
import json
import statistics
import time
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.inference.predictor import input_size, untaught
from drive2walk.perception.network.folding import folded
from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge
from drive2walk.robot.surfaces import SURFACES

OPSET = 17
INPUT, OUTPUTS = "image", ("surfaces", "log_depth")
# The largest difference of any logit or log depth from PyTorch's.
PARITY = 1e-3
# Height and width at which speed is given.
SPEED_SIZE = (192, 256)
WARMUP_RUNS, TIMED_RUNS = 5, 50


class Graph(nn.Module):
    """What is exported: the network without batch norms, classes it wasn't taught ruled out."""

    def __init__(self, network: Network, knowledge: Knowledge) -> None:
        super().__init__()
        self.network = folded(network.eval())
        self.register_buffer("untaught", untaught(knowledge).view(1, -1, 1, 1))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Map images (n, 3, h, w) in [0, 1] to logits and log depth at half the size."""
        output = self.network(image)
        assert isinstance(self.untaught, Tensor)
        return output.surfaces.masked_fill(self.untaught, EXCLUDED), output.log_depth


def export(network: Network, knowledge: Knowledge, path: Path) -> float:
    """Write a network to an ONNX file, whole or not at all; n, h and w stay free.

    Args:
        network: what to export.
        knowledge: what it was taught; becomes the file's metadata.
        path: the file.

    Returns:
        The largest difference from PyTorch on images like real ones.

    Raises:
        WeightsError: it is larger than ``PARITY``.
    """
    graph = Graph(network, knowledge).eval()
    model = onnx.load_from_string(_traced(graph))
    onnx.helper.set_model_props(model, metadata(network, knowledge))
    difference = parity(graph, session(model.SerializeToString()), knowledge.input_size)
    if not difference <= PARITY:
        raise WeightsError(
            f"the exported graph strays from PyTorch by {difference:.2g}, {PARITY:g} is allowed, "
            f"so '{path}' wasn't written. Check the weights with 'evaluate'."
        )
    write_model(path, model)
    return difference


def write_model(path: Path, model: onnx.ModelProto) -> None:
    """Write an ONNX model so that a kill at any moment leaves the old or the new file."""
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(model.SerializeToString())
    part.replace(path)


def metadata(network: Network, knowledge: Knowledge) -> dict[str, str]:
    """Return what a reader of the graph needs to know, as JSON values by key."""
    mean, std = network.trunk.mean, network.trunk.std
    note = f"in the graph: RGB in [0, 1] is taken as it is; mean {mean}, std {std} are applied"
    values = {
        "class_names": list(SURFACES),
        "taught": [s for s, no in zip(SURFACES, untaught(knowledge), strict=True) if not no],
        "walkable": list(knowledge.walkable),
        "depth": knowledge.depth,
        "input_size": list(knowledge.input_size),
        "enlarge": knowledge.enlarge,
        "normalisation": note,
        "taxonomy_version": knowledge.taxonomy_version,
        "network": dataclasses.asdict(network.config),
    }
    return {key: json.dumps(value) for key, value in values.items()}


def session(model: str | bytes) -> onnxruntime.InferenceSession:
    """Return a session on one core for a model's file or bytes."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def parity(graph: Graph, runtime: onnxruntime.InferenceSession, size: tuple[int, int]) -> float:
    """Return the largest difference between a graph in PyTorch and in ONNX Runtime.

    Over one image of the area the network was trained for, and three at ``SPEED_SIZE``.

    Args:
        graph: in PyTorch.
        runtime: its export.
        size: width and height the network was trained for.
    """
    differences = []
    for count, shape in ((1, input_size(size[1], size[0], size)), (3, SPEED_SIZE)):
        x = cloudy_images(count, *shape)
        with torch.inference_mode():
            expected = graph(torch.from_numpy(x))
        pairs = zip(runtime.run(list(OUTPUTS), {INPUT: x}), expected, strict=True)
        differences += [float(np.abs(got - want.numpy()).max()) for got, want in pairs]
    # max() would pass over a NaN; a sum does not.
    return max(differences) if np.isfinite(sum(differences)) else float("nan")


def cloudy_images(count: int, height: int, width: int) -> NDArray[np.float32]:
    """Return random images (count, 3, height, width) in [0, 1] with detail at every scale.

    As in photographs, contrast falls with the frequency of the detail; white noise would hardly
    excite a network.
    """
    rng = np.random.default_rng(0)
    spectrum = np.fft.rfft2(rng.standard_normal((count, 3, height, width)))
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    frequency[0, 0] = np.inf
    image = np.fft.irfft2(spectrum / frequency, s=(height, width))
    spread = 4 * image.std(axis=(1, 2, 3), keepdims=True)
    return np.clip(0.5 + image / spread, 0, 1).astype(np.float32)


def images_per_s(runtime: onnxruntime.InferenceSession) -> float:
    """Return how many images of ``SPEED_SIZE`` a session sees in a second, by the median run."""
    x = cloudy_images(1, *SPEED_SIZE)
    seconds = []
    for _ in range(WARMUP_RUNS + TIMED_RUNS):
        started = time.perf_counter()
        runtime.run(list(OUTPUTS), {INPUT: x})
        seconds.append(time.perf_counter() - started)
    return 1 / statistics.median(seconds[WARMUP_RUNS:])


def _traced(graph: Graph) -> bytes:
    free = {INPUT: 2, OUTPUTS[0]: 2, OUTPUTS[1]: 1}
    axes = {name: {0: "n", at: "h", at + 1: "w"} for name, at in free.items()}
    for name in OUTPUTS:
        axes[name] = {at: f"{side}_half" if at else side for at, side in axes[name].items()}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The newer exporter needs a package more and gives the same graph.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            graph,
            (torch.from_numpy(cloudy_images(2, *SPEED_SIZE)),),
            buffer,  # type: ignore[arg-type]
            dynamo=False,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=OPSET,
        )
    return buffer.getvalue()
