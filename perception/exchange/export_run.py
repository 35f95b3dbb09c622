"""An export as a folder: the graph, in floats and in integers, and how good and fast each is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drive2walk.experiment.provenance import hardware
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.perception.exchange.onnx_graph import (
    PARITY,
    SPEED_SIZE,
    export,
    images_per_s,
    session,
)
from drive2walk.perception.exchange.quantization import quantize
from drive2walk.perception.network.weights import load_weights


def run_export(weights: Path, out: Path, images: Sequence[Path] = ()) -> dict[str, Any]:
    """Export a weight file and leave everything about it in ``out``.

    Args:
        weights: a safetensors file.
        out: folder for NAME.onnx, with images also NAME.int8.onnx, and metrics.json.
        images: image files for the ranges of 8-bit integers; without them there is no such graph.

    Returns:
        What ``out/metrics.json`` holds.

    Raises:
        DataError: an image can't be read.
        WeightsError: the weights can't be used, or the graph differs from PyTorch.
    """
    network, knowledge = load_weights(weights)
    path = out / f"{weights.stem}.onnx"
    difference = export(network, knowledge, path)
    height, width = SPEED_SIZE
    metrics: dict[str, Any] = {
        "weights": weights.name,
        "parameters": sum(p.numel() for p in network.parameters()),
        "largest_difference": difference,
        "allowed_difference": PARITY,
        "speed_size": [width, height],
        "hardware": hardware(1),
        "float32": _figures(path),
    }
    if images:
        small = out / f"{weights.stem}.int8.onnx"
        same = quantize(path, images, small)
        metrics["int8"] = {"same_class_as_float32": same, **_figures(small)}
    write_metrics(out / METRICS, metrics)
    return metrics


def _figures(path: Path) -> dict[str, float]:
    speed = images_per_s(session(str(path)))
    return {"images_per_s": speed, "bytes": path.stat().st_size}
