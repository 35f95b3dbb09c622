"""Results of the comparison: a table, a plot and a verdict in words."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from drive2walk.experiment.statistics import mean_interval
from drive2walk.experiment.tables import Row, RunTable
from drive2walk.locomotion.studies.compare import BOTH, PRIOR, RL, Comparison

# Survival that counts as walking.
ENOUGH_SURVIVAL = 0.95
# Plotted scores and their labels.
PLOTTED = {"survival": "survival under pushes", "rms_vx": "error of vx, m/s"}
STYLES: dict[str, dict[str, Any]] = {
    BOTH: {"color": "C0", "marker": "o"},
    RL: {"color": "C1", "marker": "s"},
    PRIOR: {"color": "C2", "linestyle": "--"},
}


def summarize_comparison(comparison: Comparison, table: RunTable) -> dict[str, Any]:
    """Return method -> minutes -> scores with their 95 % intervals over seeds, and a verdict."""
    methods = {
        method: {
            str(minutes): _mean_scores(_find_rows(comparison, table, method, minutes))
            for minutes in ((0.0,) if method == PRIOR else comparison.minutes)
        }
        for method in STYLES
    }
    return {"methods": methods, "verdict": state_verdict(comparison, table, methods)}


def state_verdict(comparison: Comparison, table: RunTable, methods: dict[str, Any]) -> str:
    """Return the result of the last evaluation in words; a null result is called one.

    Args:
        comparison: Comparison.
        table: Its rows.
        methods: Its scores, as ``summarize_comparison`` returns them.
    """
    last = comparison.minutes[-1]
    survivals = (
        [_read_score(row, "survival") for row in _find_rows(comparison, table, method, last)]
        for method in (BOTH, RL)
    )
    gain = mean_interval([a - b for a, b in zip(*survivals, strict=True)])
    both, alone = (methods[m][str(last)]["survival"]["mean"] for m in (BOTH, RL))
    prior = methods[PRIOR]["0.0"]["survival"]["mean"]
    text = (
        f"After {last:g} minutes {BOTH} survives {both:.0%}, {RL} {alone:.0%}; {PRIOR} {prior:.0%}."
    )
    spread = f"{gain.mean:+.0%}, 95 % interval {gain.low:+.0%} to {gain.high:+.0%}"
    if math.isnan(gain.low):
        text += " One seed shows no spread: nothing is settled."
    elif gain.low > 0:
        text += f" The prior helps RL ({spread} over {comparison.seeds} seeds)."
    elif gain.high < 0:
        text += f" The prior hinders RL ({spread} over {comparison.seeds} seeds)."
    else:
        text += f" That is no difference beyond the seeds' own ({spread})."
    if prior >= both:
        text += f" Learning gained nothing over {PRIOR}."
    reached = "; ".join(_state_first_minutes(method, methods) for method in (BOTH, RL))
    return f"{text} {ENOUGH_SURVIVAL:.0%} survival on average: {reached}."


def write_plot(path: Path, comparison: Comparison, table: RunTable) -> None:
    """Plot survival and error over minutes of training, one line for each seed, to ``path``."""
    figure = Figure(figsize=(5.2 * len(PLOTTED), 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, title) in zip(figure.subplots(1, len(PLOTTED)), PLOTTED.items(), strict=True):
        for method, style in STYLES.items():
            for seed in range(comparison.seeds):
                line = [
                    row
                    for row in table.rows.values()
                    if row["method"] == method and row["seed"] == str(seed)
                ]
                x = [float(row["minutes"]) for row in line]
                y = [_read_score(row, name) for row in line]
                label = method if seed == 0 else None
                if method == PRIOR:
                    axes.axhline(y[0], label=label, alpha=0.6, **style)
                else:
                    axes.plot(x, y, label=label, alpha=0.7, **style)
        axes.set(xlabel="minutes of training", ylabel=title)
        axes.grid(alpha=0.3)
    figure.axes[0].legend(fontsize=8)
    figure.savefig(path, dpi=120)


def _state_first_minutes(method: str, methods: dict[str, Any]) -> str:
    """Return after how many minutes the method survives often enough."""
    for minutes, scores in methods[method].items():
        if scores["survival"]["mean"] >= ENOUGH_SURVIVAL:
            return f"{method} within {float(minutes):g} minutes"
    return f"{method} not within {float(list(methods[method])[-1]):g} minutes"


def _find_rows(comparison: Comparison, table: RunTable, method: str, minutes: float) -> list[Row]:
    found = (
        table.find(method=method, seed=seed, minutes=minutes) for seed in range(comparison.seeds)
    )
    return [row for row in found if row is not None]


def _mean_scores(rows: list[Row]) -> dict[str, Any]:
    names = ("survival", "rms_vx", "rms_vy", "rms_wz")
    return {
        name: mean_interval([_read_score(row, name) for row in rows])._asdict() for name in names
    }


def _read_score(row: Row, name: str) -> float:
    """Return a score of a row; the error of robots that all fell at once is NaN."""
    return math.nan if row[name] == "None" else float(row[name])
