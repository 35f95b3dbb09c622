"""A plot of the transfer study: scores over numbers of labels, with intervals over seeds."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from drive2walk.perception.studies.transfer_study import DROVE, SCRATCH

SHOWN = {"walkable_iou": "walkable IoU", "boundary_iou": "boundary IoU"}
STYLES: dict[str, dict[str, Any]] = {
    DROVE: {"marker": "o", "linestyle": "-"},
    SCRATCH: {"marker": "s", "linestyle": "--", "markerfacecolor": "white"},
}
# Factors that place twins side by side, so that their intervals stay visible.
OFFSETS = {DROVE: 0.97, SCRATCH: 1.03}


def write_plot(path: Path, results: dict[str, Any]) -> None:
    """Write the figure of ``draw_figure`` to a PNG file."""
    draw_figure(results).savefig(path, dpi=120)


def draw_figure(results: dict[str, Any]) -> Figure:
    """Return a figure with a column for each target and a row for each score.

    Args:
        results: Result of ``transfer_report.summary``.
    """
    width, height = 5.2 * len(results), 3.6 * len(SHOWN)
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(SHOWN), len(results), squeeze=False, sharex="col")
    for column, (target, trunks) in enumerate(results.items()):
        for row, (name, label) in enumerate(SHOWN.items()):
            axes = grid[row][column]
            for number, (trunk, fractions) in enumerate(trunks.items()):
                _draw_trunk(axes, name, trunk, f"C{number}", fractions)
            axes.set(xscale="log", ylabel=label, title=target if row == 0 else "")
            axes.grid(alpha=0.3)
        _label_axis(grid[-1][column], trunks)
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8)
    return figure


def _draw_trunk(axes: Axes, name: str, trunk: str, color: str, fractions: dict[str, Any]) -> None:
    done = {float(f): found[name] for f, found in fractions.items() if found["seeds"]}
    for start, style in STYLES.items():
        means = [scores[start]["mean"] for scores in done.values()]
        above = [s[start]["high"] - s[start]["mean"] for s in done.values()]
        bars = [0.0 if math.isnan(a) else a for a in above]
        places = [fraction * OFFSETS[start] for fraction in done]
        label = f"{trunk}, {'drove' if start == DROVE else 'from scratch'}"
        axes.errorbar(places, means, bars, color=color, capsize=3, label=label, **style)


def _label_axis(axes: Axes, trunks: dict[str, Any]) -> None:
    images = {
        float(fraction): found.get("images")
        for fractions in trunks.values()
        for fraction, found in fractions.items()
    }
    axes.set_xticks(list(images), [f"{f:.0%}\n{n or ''}" for f, n in images.items()])
    axes.minorticks_off()
    axes.set_xlabel("fraction of the labels, and labelled images")
