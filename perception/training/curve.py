"""The training curve as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

LOSS_SUFFIX = "_loss"
SCORES = ("miou", "walkable_iou", "boundary_iou")


def write_curve(path: Path, curve: list[dict[str, Any]]) -> None:
    """Draw losses and validation scores over steps.

    Args:
        path: PNG file to write.
        curve: Curve of a ``Trainer``, with the scores of each source as "scores".
    """
    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    steps = [row["step"] for row in curve]
    for key in curve[-1]:
        if key.endswith(LOSS_SUFFIX):
            left.plot(steps, [row[key] for row in curve], label=key.replace("_", " "))
    left.set(xlabel="step", ylabel="training loss")
    for source in curve[-1]["scores"]:
        for key in SCORES:
            if key in curve[-1]["scores"][source]:
                values = [row["scores"][source][key] for row in curve]
                right.plot(steps, values, label=f"{source}: {key.replace('_', ' ')}")
    right.set(xlabel="step", ylabel="validation score", ylim=(0, 1))
    for axes in (left, right):
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    figure.savefig(path, dpi=100)
