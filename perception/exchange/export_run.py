"""An export as a folder: the graph in floats and in integers, with accuracy and speed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drive2walk.experiment.provenance import hardware
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.perception.exchange.onnx_check import SPEED_SIZE, images_per_s, open_session
from drive2walk.perception.exchange.onnx_graph import MAX_DIFFERENCE, export_onnx
from drive2walk.perception.exchange.quantization import quantize
from drive2walk.perception.network.weights import load_weights


def run_export(weights: Path, out: Path, images: Sequence[Path] = ()) -> dict[str, Any]:
    """Export a weight file, and write the graphs and their measurements to ``out``.

    Args:
        weights: Safetensors file.
        out: Folder for NAME.onnx, NAME.int8.onnx and metrics.json.
        images: Image files for the ranges of 8-bit integers; without images there is no 8-bit
            graph.

    Returns:
        Content of ``out/metrics.json``.

    Raises:
        DataError: An image can't be read.
        WeightsError: The weights can't be used, or the graph differs from PyTorch.
    """
    network, knowledge = load_weights(weights)
    path = out / f"{weights.stem}.onnx"
    difference = export_onnx(network, knowledge, path)
    height, width = SPEED_SIZE
    metrics: dict[str, Any] = {
        "weights": weights.name,
        "parameters": sum(p.numel() for p in network.parameters()),
        "largest_difference": difference,
        "allowed_difference": MAX_DIFFERENCE,
        "speed_size": [width, height],
        "hardware": hardware(1),
        "float32": _measure(path),
    }
    if images:
        small = out / f"{weights.stem}.int8.onnx"
        same = quantize(path, images, small)
        metrics["int8"] = {"same_class_as_float32": same, **_measure(small)}
    write_metrics(out / METRICS, metrics)
    return metrics


def _measure(path: Path) -> dict[str, float]:
    speed = images_per_s(open_session(str(path)))
    return {"images_per_s": speed, "bytes": path.stat().st_size}
