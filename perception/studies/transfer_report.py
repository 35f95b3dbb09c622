"""What the transfer study found, in numbers and in words; a null result is one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from drive2walk.experiment.statistics import Interval, mean_interval
from drive2walk.experiment.tables import Row
from drive2walk.perception.studies.transfer_study import DROVE, SCORES, SCRATCH, Study

# The project's own bars by target: points of IoU gained with this fraction of the labels.
BARS = {"pavements": (0.1, 10.0)}
HEADLINE = "walkable_iou"


def pairs(study: Study, target: str, trunk: str, fraction: float) -> list[tuple[Row, Row]]:
    """Return (drove, scratch) of every seed of which both have been done."""
    found: dict[int, dict[str, Row]] = {}
    for run in study.runs():
        if (run.target, run.trunk, run.fraction) == (target, trunk, fraction):
            row = study.table.find(**run._asdict())
            if row is not None:
                found.setdefault(run.seed, {})[run.start] = row
    return [(rows[DROVE], rows[SCRATCH]) for rows in found.values() if len(rows) == 2]


def score(row: Row, name: str) -> float:
    """Return a row's score; a rate of nothing predicted walkable is not a number."""
    return float(row[name])


def summary(study: Study) -> dict[str, Any]:
    """Return target -> trunk -> fraction -> scores of both starts and the gain, as fractions."""
    return {
        target: {
            trunk: {
                str(fraction): _compare(pairs(study, target, trunk, fraction))
                for fraction in study.fractions
            }
            for trunk in study.candidates
        }
        for target in study.targets
    }


def _compare(twins: list[tuple[Row, Row]]) -> dict[str, Any]:
    found: dict[str, Any] = {"seeds": len(twins)}
    if twins:
        found["images"] = int(twins[0][0]["images"])
    for name in SCORES:
        drove, scratch = ([score(pair[i], name) for pair in twins] for i in (0, 1))
        gains = [a - b for a, b in zip(drove, scratch, strict=True)]
        found[name] = {
            DROVE: mean_interval(drove)._asdict(),
            SCRATCH: mean_interval(scratch)._asdict(),
            "gain": mean_interval(gains)._asdict(),
        }
    found["verdict"] = judge(Interval(**found[HEADLINE]["gain"]))
    return found


def judge(gain: Interval) -> str:
    """Return what a gain with its interval shows: "helps", "hurts", "no difference", "unknown"."""
    if math.isnan(gain.low):
        return "unknown"
    if gain.low > 0:
        return "helps"
    return "hurts" if gain.high < 0 else "no difference"


WORDS = {
    "helps": "having driven helps",
    "hurts": "having driven hurts",
    "no difference": "no difference is shown (the interval holds 0)",
    "unknown": "not known: fewer than two seeds",
}


def verdict(study: Study, results: dict[str, Any]) -> str:
    """Return the study's findings as Markdown."""
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


def protocol(study: Study, target: str) -> str:
    """Return how the runs on ``target`` were made."""
    config = study.targets[target]
    learn = config.learn
    (source,) = learn.sources.values()
    return (
        f"{learn.steps} steps of {source.per_batch} images of {learn.size[1]}x{learn.size[0]}, "
        f"from copies {config.width} pixels wide; walkable: {', '.join(learn.walkable)}."
    )


def _start_note(study: Study, target: str, trunk: str) -> str:
    config, candidate = study.targets[target], study.candidates[trunk]
    if not candidate.knows(config.learn.walkable):
        whole = "all of its weights" if candidate.whole else "its trunk, below a new neck and heads"
        return f"Starts from {whole}."
    if config.drive is None:
        return "Its weights have been taught this very surface, so this is no test of transfer."
    (source,) = config.drive.sources.values()
    return (
        f"Its own weights have been taught {', '.join(config.learn.walkable)}, so it starts from a "
        f"network of its shape that was taught to drive here for {config.drive.steps} steps, on "
        f"images that are never labelled for walking, with {', '.join(source.hidden)} and a margin "
        "around it unlabelled."
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
    said = [f"with {_listed(shares)} of the labels {WORDS[v]}" for v, shares in grouped.items()]
    return f"For {trunk} on {target}, {'; '.join(said)}.{_bar(target, fractions)}"


def _bar(target: str, fractions: dict[str, Any]) -> str:
    fraction, points = BARS.get(target, (math.nan, math.nan))
    found = fractions.get(str(fraction))
    if found is None or math.isnan(found[HEADLINE]["gain"]["mean"]):
        return ""
    gain = found[HEADLINE]["gain"]
    met = "is not reached"
    if 100 * gain["mean"] >= points:
        sure = 100 * gain["low"] >= points
        met = "is reached" if sure else "is reached in the mean, with an interval that goes below"
    return (
        f" The bar of {points:.0f} points with {fraction:.0%} of the labels {met}; "
        f"the gain there is {_points(gain)}."
    )


def _percent(value: dict[str, float]) -> str:
    return f"{100 * value['mean']:.1f}"


def _points(value: dict[str, float]) -> str:
    bounds = [100 * value[key] for key in ("low", "high")]
    interval = "" if math.isnan(bounds[0]) else f" [{bounds[0]:+.1f}, {bounds[1]:+.1f}]"
    return f"{100 * value['mean']:+.1f}{interval}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
