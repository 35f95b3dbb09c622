"""The report of the transfer study, in numbers and words; a null result is reported as one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from drive2walk.experiment.statistics import Interval, mean_interval
from drive2walk.experiment.tables import Row
from drive2walk.perception.studies.transfer_study import DROVE, SCORES, SCRATCH, TransferStudy

# Goals of the project by target: fraction of the labels, and gain of IoU in points.
GOALS = {"pavements": (0.1, 10.0)}
HEADLINE = "walkable_iou"


def find_pairs(
    study: TransferStudy, target: str, trunk: str, fraction: float
) -> list[tuple[Row, Row]]:
    """Return the rows (drove, scratch) of every seed for which both runs are done."""
    found: dict[int, dict[str, Row]] = {}
    for run in study.runs():
        if (run.target, run.trunk, run.fraction) == (target, trunk, fraction):
            row = study.table.find(**run._asdict())
            if row is not None:
                found.setdefault(run.seed, {})[run.start] = row
    return [(rows[DROVE], rows[SCRATCH]) for rows in found.values() if len(rows) == 2]


def summary(study: TransferStudy) -> dict[str, Any]:
    """Return scores of both starts and gains as fractions, by target, trunk and fraction."""
    return {
        target: {
            trunk: {
                str(fraction): _compare_pairs(find_pairs(study, target, trunk, fraction))
                for fraction in study.fractions
            }
            for trunk in study.candidates
        }
        for target in study.targets
    }


def _compare_pairs(twins: list[tuple[Row, Row]]) -> dict[str, Any]:
    found: dict[str, Any] = {"seeds": len(twins)}
    if twins:
        found["images"] = int(twins[0][0]["images"])
    for name in SCORES:
        drove, scratch = ([float(pair[i][name]) for pair in twins] for i in (0, 1))
        gains = [a - b for a, b in zip(drove, scratch, strict=True)]
        found[name] = {
            DROVE: mean_interval(drove)._asdict(),
            SCRATCH: mean_interval(scratch)._asdict(),
            "gain": mean_interval(gains)._asdict(),
        }
    found["verdict"] = judge_gain(Interval(**found[HEADLINE]["gain"]))
    return found


def judge_gain(gain: Interval) -> str:
    """Return the finding for a gain: "helps", "hurts", "no difference" or "unknown"."""
    if math.isnan(gain.low):
        return "unknown"
    if gain.low > 0:
        return "helps"
    return "hurts" if gain.high < 0 else "no difference"


WORDS = {
    "helps": "having driven helps",
    "hurts": "having driven hurts",
    "no difference": "no difference is shown (the interval contains 0)",
    "unknown": "the effect is not known, with fewer than two seeds",
}


def verdict(study: TransferStudy, results: dict[str, Any]) -> str:
    """Return the findings of the study as Markdown."""
    lines = ["# Transfer: does a network that drove learn to walk from fewer labels?", ""]
    lines += [
        f"Walkable IoU on the validation images after equal steps, over {study.seeds} seed(s); "
        "'drove' and 'scratch' see the same images in the same order. The gain is the mean of the "
        "paired differences in points, with its 95 % t interval.",
        "",
    ]
    for target, trunks in results.items():
        lines += [f"## {target}", "", protocol(study, target), ""]
        for trunk, fractions in trunks.items():
            lines += [f"### {trunk}", "", _start_note(study, target, trunk), ""]
            lines += [*_table(fractions), ""]
            lines += [_sentence(target, trunk, fractions), ""]
    return "\n".join(lines)


def protocol(study: TransferStudy, target: str) -> str:
    """Return a description of the runs on ``target``."""
    config = study.targets[target]
    learn = config.learn
    (source,) = learn.sources.values()
    return (
        f"{learn.steps} steps of {source.per_batch} images of {learn.size[1]}x{learn.size[0]}, "
        f"from copies {config.width} pixels wide; walkable: {', '.join(learn.walkable)}."
    )


def _start_note(study: TransferStudy, target: str, trunk: str) -> str:
    config, candidate = study.targets[target], study.candidates[trunk]
    if not candidate.knows_any(config.learn.walkable):
        whole = "all of its weights" if candidate.whole else "its trunk, below a new neck and heads"
        return f"Starts from {whole}."
    if config.drive is None:
        return "Its weights were trained on this surface, so this is no test of transfer."
    (source,) = config.drive.sources.values()
    return (
        f"Its own weights were trained on {', '.join(config.learn.walkable)}, so it starts from a "
        f"network of its shape that was trained to drive on this dataset for {config.drive.steps} "
        f"steps, on images that the study never labels, with {', '.join(source.hidden)} and a "
        "margin around it unlabelled."
    )


def _table(fractions: dict[str, Any]) -> list[str]:
    lines = ["| labels | images | drove | scratch | gain (points) | boundary gain | finding |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for fraction, found in fractions.items():
        iou, edge = found[HEADLINE], found["boundary_iou"]
        cells = [f"{float(fraction):.0%}", str(found.get("images", "")), _percent(iou[DROVE])]
        cells += [_percent(iou[SCRATCH]), _points(iou["gain"]), _points(edge["gain"])]
        lines.append(f"| {' | '.join([*cells, found['verdict']])} |")
    return lines


def _sentence(target: str, trunk: str, fractions: dict[str, Any]) -> str:
    grouped: dict[str, list[str]] = {}
    for fraction, found in fractions.items():
        grouped.setdefault(found["verdict"], []).append(f"{float(fraction):.0%}")
    findings = [f"with {_join(parts)} of the labels {WORDS[v]}" for v, parts in grouped.items()]
    return f"For {trunk} on {target}, {'; '.join(findings)}.{_goal_sentence(target, fractions)}"


def _goal_sentence(target: str, fractions: dict[str, Any]) -> str:
    fraction, points = GOALS.get(target, (math.nan, math.nan))
    found = fractions.get(str(fraction))
    if found is None or math.isnan(found[HEADLINE]["gain"]["mean"]):
        return ""
    gain = found[HEADLINE]["gain"]
    result = "is not reached"
    if 100 * gain["mean"] >= points:
        certain = 100 * gain["low"] >= points
        result = "is reached" if certain else "is reached by the mean, but not by the interval"
    return (
        f" The goal of {points:.0f} points with {fraction:.0%} of the labels {result}; "
        f"the gain there is {_points(gain)}."
    )


def _percent(value: dict[str, float]) -> str:
    return f"{100 * value['mean']:.1f}"


def _points(value: dict[str, float]) -> str:
    bounds = [100 * value[key] for key in ("low", "high")]
    interval = "" if math.isnan(bounds[0]) else f" [{bounds[0]:+.1f}, {bounds[1]:+.1f}]"
    return f"{100 * value['mean']:+.1f}{interval}"


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
