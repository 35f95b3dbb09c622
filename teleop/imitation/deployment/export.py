"""Export of an arm policy for robots: two ONNX graphs and a description, checked and timed."""

from __future__ import annotations

import dataclasses
import io
import json
import statistics
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.exchange.onnx_check import open_session
from drive2walk.teleop.dataset.files.durable import write_durably
from drive2walk.teleop.imitation.inputs.image_features import (
    COLOUR_CHANNELS,
    GRID,
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    Eye,
    ImageFeatures,
)
from drive2walk.teleop.imitation.inputs.memory import BELIEF_SIZE
from drive2walk.teleop.imitation.inputs.words import MAX_WORDS, NUM_ROWS
from drive2walk.teleop.imitation.network import ArmInputs
from drive2walk.teleop.imitation.policy import ArmPolicy

EYE, ARMS, DESCRIPTION = "eye.onnx", "arms.onnx", "arms.json"
OPSET = 17
# Greatest accepted difference of an action (metres, m/s) or a feature from PyTorch.
MAX_DIFFERENCE = 1e-3
WARM_UP_RUNS, TIMED_RUNS = 5, 30
ARM_INPUTS = (
    "shapes",
    "colours",
    "closing_shapes",
    "closing_colours",
    "has_closing",
    "body",
    "words",
    "belief",
)
ARM_OUTPUTS = ("actions", "stages", "progress", "done")


class EyeGraph(nn.Module):
    """The exported eye: an image in, its features out.

    Args:
        eye: Eye of a policy.
    """

    def __init__(self, eye: Eye) -> None:
        super().__init__()
        self.eye = eye

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Map an image (1, IMAGE_HEIGHT, IMAGE_WIDTH, 3), uint8, to shapes and colours."""
        shapes, colours = self.eye(image)
        return shapes, colours


class ArmGraph(nn.Module):
    """The exported policy: inputs as sensed, actions in metres and m/s out.

    Args:
        policy: Policy to export.
    """

    def __init__(self, policy: ArmPolicy) -> None:
        super().__init__()
        self.network, self.scaling = policy.network, policy.scaling

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Map ``ARM_INPUTS`` to ``ARM_OUTPUTS``; actions are those of all heads."""
        shapes, colours, closing_shapes, closing_colours, has_closing, body, words, belief = inputs
        output = self.network(
            ArmInputs(
                ImageFeatures(shapes, colours),
                ImageFeatures(closing_shapes, closing_colours),
                has_closing,
                self.scaling.scale_body(body),
                torch.ones_like(has_closing),
                words,
                belief,
            )
        )
        actions = self.scaling.restore_actions(output.actions[:, 0])
        stages, done = torch.sigmoid(output.stages[0]), torch.sigmoid(output.done[0])
        return actions, stages, output.progress[0], done


def export_arms(policy: ArmPolicy, out: Path) -> dict[str, Any]:
    """Write eye.onnx, arms.onnx and arms.json to a folder.

    Args:
        policy: Policy to export.
        out: Folder to write to.

    Returns:
        ``differences`` from PyTorch and ``step_ms``, the median time of both graphs on one core,
        by graph.

    Raises:
        WeightsError: A graph differs from PyTorch by more than ``MAX_DIFFERENCE``.
        DataError: The folder can't be written.
    """
    eye_graph, eye_inputs = EyeGraph(policy.eye).eval(), {"image": _draw_image()}
    arm_graph, arm_inputs = ArmGraph(policy).eval(), _draw_arm_inputs(policy)
    report: dict[str, Any] = {"differences": {}, "step_ms": {}}
    graphs = (
        (EYE, eye_graph, eye_inputs, ("shapes", "colours")),
        (ARMS, arm_graph, arm_inputs, ARM_OUTPUTS),
    )
    for name, graph, inputs, outputs in graphs:
        model = _trace(graph, inputs, outputs)
        session = open_session(model)
        difference = _compare(graph, session, inputs)
        if not difference <= MAX_DIFFERENCE:
            raise WeightsError(
                f"'{name}' differs from PyTorch by {difference:.2g}, {MAX_DIFFERENCE:g} is "
                "allowed, so it wasn't written. Train the policy again."
            )
        write_durably(out / name, model)
        report["differences"][name] = difference
        report["step_ms"][name] = _time_ms(session, inputs)
    description = dataclasses.asdict(policy.description)
    write_durably(out / DESCRIPTION, json.dumps(description, indent=1).encode())
    return report


def _trace(graph: nn.Module, inputs: dict[str, NDArray[Any]], outputs: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The newer exporter needs another package; shapes are fixed, so tracing them is right.
        warnings.simplefilter("ignore")
        # The fused transformer layer has no ONNX form.
        torch.backends.mha.set_fastpath_enabled(False)
        try:
            torch.onnx.export(
                graph,
                tuple(torch.from_numpy(value) for value in inputs.values()),
                buffer,  # type: ignore[arg-type]
                dynamo=False,
                input_names=list(inputs),
                output_names=list(outputs),
                opset_version=OPSET,
            )
        finally:
            torch.backends.mha.set_fastpath_enabled(True)
    return buffer.getvalue()


def _compare(
    graph: nn.Module, session: onnxruntime.InferenceSession, inputs: dict[str, NDArray[Any]]
) -> float:
    """Return the largest difference between a graph in PyTorch and in ONNX Runtime."""
    with torch.inference_mode():
        wanted = graph(*(torch.from_numpy(value) for value in inputs.values()))
    found = session.run(None, inputs)
    return max(
        float(np.abs(got - want.numpy()).max()) for got, want in zip(found, wanted, strict=True)
    )


def _time_ms(session: onnxruntime.InferenceSession, inputs: dict[str, NDArray[Any]]) -> float:
    seconds = []
    for _ in range(WARM_UP_RUNS + TIMED_RUNS):
        started = time.perf_counter()
        session.run(None, inputs)
        seconds.append(time.perf_counter() - started)
    return 1000 * statistics.median(seconds[WARM_UP_RUNS:])


def _draw_image() -> NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (1, IMAGE_HEIGHT, IMAGE_WIDTH, 3), dtype=np.uint8)


def _draw_arm_inputs(policy: ArmPolicy) -> dict[str, NDArray[Any]]:
    """Return random inputs with a closing, so that the graph has all of its parts."""
    rng = np.random.default_rng(0)
    size, width = policy.description.body_size, policy.eye.width
    shapes = rng.standard_normal((2, 1, width, *GRID)).astype(np.float32)
    colours = rng.random((2, 1, COLOUR_CHANNELS, *GRID)).astype(np.float32)
    values = (
        shapes[0],
        colours[0],
        shapes[1],
        colours[1],
        np.ones(1, dtype=np.float32),
        rng.standard_normal((1, 2, size)).astype(np.float32),
        rng.integers(0, NUM_ROWS, (1, MAX_WORDS)),
        rng.random((1, BELIEF_SIZE)).astype(np.float32),
    )
    return dict(zip(ARM_INPUTS, values, strict=True))
