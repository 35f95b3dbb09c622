"""The fraction of a teacher's lead that its student recovers, for each size."""

from __future__ import annotations

import math
from typing import Any

from drive2walk.experiment.statistics import Interval, mean_interval
from drive2walk.perception.evaluation.metrics import ratio
from drive2walk.perception.studies.distill import SCORES, Distillation
from drive2walk.perception.studies.distill_config import PLAIN, STUDENT, TEACHER

# Scores for which less is better.
COSTS = ("false_walkable_rate", "calibration_error")


def summary(distillation: Distillation) -> dict[str, Any]:
    """Return teacher, plain, student, lead, gain and recovered fraction by size and score."""
    return {
        size: {name: _compare(_collect_values(distillation, size, name)) for name in SCORES}
        for size in distillation.config.sizes
    }


def _collect_values(distillation: Distillation, size: str, name: str) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {TEACHER: [], PLAIN: [], STUDENT: []}
    for run in distillation.runs():
        row = distillation.table.find(**run._asdict())
        if run.size == size and row is not None:
            values[run.role].append(float(row[name]))
    return values


def _compare(values: dict[str, list[float]]) -> dict[str, Any]:
    lead, gain = (
        mean_interval([a - b for a, b in zip(values[role], values[PLAIN], strict=False)])
        for role in (TEACHER, STUDENT)
    )
    found: dict[str, Any] = {role: mean_interval(v)._asdict() for role, v in values.items()}
    found |= {"lead": lead._asdict(), "gain": gain._asdict()}
    found["recovered"] = recovered_fraction(lead, gain)
    return found


def recovered_fraction(lead: Interval, gain: Interval) -> float:
    """Return the fraction of the teacher's lead that the student has, from means over seeds.

    It is NaN if the interval of the lead contains 0, because there is no lead to recover. A single
    seed has no interval, so its fraction is only a first indication.
    """
    if lead.low <= 0 <= lead.high:
        return math.nan
    return ratio(gain.mean, lead.mean)


def table(results: dict[str, Any]) -> str:
    """Return the comparison as a Markdown table, with scores in percent and leads in points."""
    lines = ["| network | score | plain | student | teacher | teacher's lead | recovered |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for size, scores in results.items():
        for name, found in scores.items():
            cells = [size, name + (" (less is better)" if name in COSTS else "")]
            cells += [f"{100 * found[role]['mean']:.1f}" for role in (PLAIN, STUDENT, TEACHER)]
            cells += [_points_cell(found["lead"]), _recovered_cell(found)]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _points_cell(value: dict[str, float]) -> str:
    low, high = 100 * value["low"], 100 * value["high"]
    interval = "" if math.isnan(low) else f" [{low:+.1f}, {high:+.1f}]"
    return f"{100 * value['mean']:+.1f}{interval}"


def _recovered_cell(found: dict[str, Any]) -> str:
    if math.isnan(found["recovered"]):
        return "no lead shown"
    seeds = " (one seed)" if math.isnan(found["lead"]["low"]) else ""
    return f"{found['recovered']:.0%}{seeds}"
