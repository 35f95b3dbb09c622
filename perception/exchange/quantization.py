"""Quantization of an exported graph to 8-bit integers, with ranges from real images."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from drive2walk.perception.datasets.images import read_rgb
from drive2walk.perception.exchange.onnx_check import INPUT, OUTPUTS, SPEED_SIZE, open_session
from drive2walk.perception.exchange.onnx_graph import write_model

# Each image needs memory for the outputs of all layers, and more would only add outliers.
MAX_CALIBRATION_IMAGES = 32


class Calibration(CalibrationDataReader):
    """Inputs of the graph for calibration, one image at a time."""

    def __init__(self, images: Sequence[Path]) -> None:
        self._images = iter(images)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Return the next input; None after the last."""
        path = next(self._images, None)
        return None if path is None else {INPUT: network_input(path)}


def network_input(path: Path) -> NDArray[np.float32]:
    """Return the input (1, 3, h, w) of the graph for an image file, at ``SPEED_SIZE``.

    Raises:
        DataError: The image can't be read.
    """
    height, width = SPEED_SIZE
    rgb = cv2.resize(read_rgb(path), (width, height), interpolation=cv2.INTER_AREA)
    return (rgb.transpose(2, 0, 1)[None] / 255).astype(np.float32)


def quantize(graph: Path, images: Sequence[Path], path: Path) -> float:
    """Write a graph in 8-bit integers, and score it on images that were not used for calibration.

    Args:
        graph: Exported ONNX file.
        images: Image files like those that the robot will see; every second one is used for
            calibration.
        path: ONNX file to write.

    Returns:
        Fraction of the pixels whose most probable class stays the same.

    Raises:
        DataError: An image can't be read.
    """
    calibration = images[::2][:MAX_CALIBRATION_IMAGES]
    with tempfile.TemporaryDirectory() as folder:
        simplified, raw = Path(folder) / "simplified.onnx", Path(folder) / "int8.onnx"
        quant_pre_process(str(graph), str(simplified), skip_symbolic_shape=True)
        quantize_static(
            str(simplified),
            str(raw),
            Calibration(calibration),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        model = onnx.load(raw)
    props = {prop.key: prop.value for prop in onnx.load(graph).metadata_props}
    onnx.helper.set_model_props(model, props)
    write_model(path, model)
    # A single image is used for both.
    return class_agreement(graph, path, images[1::2] or images)


def class_agreement(first: Path, second: Path, images: Sequence[Path]) -> float:
    """Return the fraction of pixels for which two graphs have the same most probable class."""
    sessions = [open_session(str(path)) for path in (first, second)]
    fractions = []
    for path in images:
        x = network_input(path)
        one, other = (s.run([OUTPUTS[0]], {INPUT: x})[0].argmax(axis=1) for s in sessions)
        fractions.append((one == other).mean())
    return float(np.mean(fractions))
