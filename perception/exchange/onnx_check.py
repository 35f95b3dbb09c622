"""Checks of an ONNX graph: its difference from PyTorch and its speed."""

from __future__ import annotations

import statistics
import time

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

from drive2walk.perception.inference.predictor import input_size

INPUT, OUTPUTS = "image", ("surfaces", "log_depth")
# Height and width of the images for the measurement of speed.
SPEED_SIZE = (192, 256)
WARM_UP_RUNS, TIMED_RUNS = 5, 50


def open_session(model: str | bytes) -> onnxruntime.InferenceSession:
    """Return a session on one core for a model file or its bytes."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def largest_difference(
    graph: nn.Module, session: onnxruntime.InferenceSession, size: tuple[int, int]
) -> float:
    """Return the largest difference between a graph in PyTorch and in ONNX Runtime.

    The images are one of the area that the network was trained for and three of ``SPEED_SIZE``.

    Args:
        graph: Graph in PyTorch.
        session: Session of its export.
        size: Width and height that the network was trained for.
    """
    differences = []
    for count, shape in ((1, input_size(size[1], size[0], size)), (3, SPEED_SIZE)):
        x = pink_noise_images(count, *shape)
        with torch.inference_mode():
            expected = graph(torch.from_numpy(x))
        pairs = zip(session.run(list(OUTPUTS), {INPUT: x}), expected, strict=True)
        differences += [float(np.abs(got - want.numpy()).max()) for got, want in pairs]
    # max() may ignore a NaN; a sum does not.
    return max(differences) if np.isfinite(sum(differences)) else float("nan")


def pink_noise_images(count: int, height: int, width: int) -> NDArray[np.float32]:
    """Return random images with detail at every scale, (count, 3, height, width) in [0, 1].

    As in photographs, the contrast falls with the frequency. White noise would hardly excite a
    network.
    """
    rng = np.random.default_rng(0)
    spectrum = np.fft.rfft2(rng.standard_normal((count, 3, height, width)))
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    frequency[0, 0] = np.inf
    image = np.fft.irfft2(spectrum / frequency, s=(height, width))
    spread = 4 * image.std(axis=(1, 2, 3), keepdims=True)
    return np.clip(0.5 + image / spread, 0, 1).astype(np.float32)


def images_per_s(session: onnxruntime.InferenceSession) -> float:
    """Return the number of images of ``SPEED_SIZE`` per second, from the median run."""
    x = pink_noise_images(1, *SPEED_SIZE)
    seconds = []
    for _ in range(WARM_UP_RUNS + TIMED_RUNS):
        started = time.perf_counter()
        session.run(list(OUTPUTS), {INPUT: x})
        seconds.append(time.perf_counter() - started)
    return 1 / statistics.median(seconds[WARM_UP_RUNS:])
