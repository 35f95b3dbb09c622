"""Readers of the figures that the commands of a measure leave in its folder."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drive2walk.experiment.ledger import Figure
from drive2walk.experiment.results import METRICS
from drive2walk.experiment.statistics import fraction_interval, mean_interval, median_interval

SCORES = ("miou", "walkable_iou", "boundary_iou", "false_walkable_rate", "thin_obstacle_recall")
# Folders below the measure's own, where it compares both networks and scores the walking one.
DROVE, WALKS = "drove", "walks"


def read_crossings(out: Path) -> dict[str, Figure]:
    """Return the success, falls, collisions, drift and path ratio of a demo."""
    report = _load(out / "report.json")
    rows, summary = report["episodes"], report["summary"]
    count = len(rows)
    drift = [row["odometry_error_m"] / row["path_length_m"] for row in rows]
    figures = {
        "success": _fraction(summary["success"], count),
        "falls": Figure(summary["falls"], n=count),
        "collisions": Figure(summary["collisions"], n=count),
        "drift": Figure(statistics.median(drift), median_interval(drift), count),
    }
    if summary["path_ratio"] is not None:
        figures["path_ratio"] = Figure(summary["path_ratio"], n=count)
    return figures


def read_trials(out: Path) -> dict[str, Figure]:
    """Return the success, falls and mean time in s of a scripted operator."""
    metrics = _load(out / METRICS)
    count, times = metrics["episodes"], [row["time_s"] for row in metrics["rows"]]
    return {
        "success": _fraction(round(metrics["success"] * count), count),
        "falls": Figure(metrics["falls"], n=count),
        "time_s": Figure(metrics["time_s"], _mean_bounds(times), count),
    }


def read_walks(out: Path) -> dict[str, Figure]:
    """Return the survival, tracking errors and cost of transport of walking trials."""
    metrics = _load(out / METRICS)
    count = metrics["episodes"]
    figures = {"survival": _fraction(round(metrics["survival"] * count), count)}
    for key in ("rms_vx", "rms_vy", "rms_wz", "cost_of_transport"):
        if metrics[key] is not None:
            figures[key] = Figure(metrics[key], n=count)
    return figures


def read_scores(out: Path) -> dict[str, Figure]:
    """Return the scores of a network on labelled images."""
    metrics = _load(out / METRICS)
    count = metrics["images"]
    return {key: Figure(metrics[key], n=count) for key in SCORES if metrics.get(key) is not None}


def read_both_networks(out: Path) -> dict[str, Figure]:
    """Return the scores of the walking network, and the IoU of the one that only drove."""
    figures = read_scores(out / WALKS)
    drove = _load(out / DROVE / METRICS)["driving"]["walkable_iou"]
    return figures | {"drove_walkable_iou": Figure(drove, n=figures["walkable_iou"].n)}


def read_floor_fractions(out: Path) -> dict[str, Figure]:
    """Return the fraction of each surface's pixels that the map takes for floor, by surface."""
    metrics = _load(out / WALKS / METRICS)
    count = metrics["images"]
    return {name: Figure(value, n=count) for name, value in metrics["walkable_fraction"].items()}


def read_export(out: Path) -> dict[str, Figure]:
    """Return the images a second of a network in floats and in integers, and their ratio."""
    metrics = _load(out / METRICS)
    floats, integers = (metrics[key]["images_per_s"] for key in ("float32", "int8"))
    return {
        "float32_images_per_s": Figure(floats),
        "int8_images_per_s": Figure(integers),
        "int8_ratio": Figure(integers / floats),
        "int8_same_class": Figure(metrics["int8"]["same_class_as_float32"]),
    }


def read_speed(out: Path) -> dict[str, Figure]:
    """Return the speed of the environment and of PPO, alone and against the bare physics."""
    metrics = _load(out / METRICS)
    keys = ("ratio", "ppo_ratio", "raw_steps_per_s", "env_steps_per_s", "ppo_samples_per_s")
    return {key: Figure(metrics[key]) for key in keys}


def read_prior(out: Path) -> dict[str, Figure]:
    """Return the mean survival over seeds with the gait and RL, with RL and with the gait."""
    found = {}
    for method, by_minutes in _load(out / METRICS)["methods"].items():
        survival = list(by_minutes.values())[-1]["survival"]
        bounds = (survival["low"], survival["high"])
        interval = None if None in bounds else bounds
        found[_key(method)] = Figure(survival["mean"], interval)
    return found


def read_envpool(out: Path) -> dict[str, Figure]:
    """Return the speeds of each side, and the survival of its policy at each mark."""
    found = {}
    for side in _load(next(out.glob("**/envpool.json")))["sides"]:
        name = _key(side["side"])
        for kind in ("control", "physics"):
            found[f"{name}_{kind}_steps_per_s"] = Figure(side[f"{kind}_steps_per_s"])
        for row in side["judged"]:
            found[f"{name}_{_key(row['mark'])}"] = Figure(row["survival"])
    return found


Read = Callable[[Path], dict[str, Figure]]


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _fraction(successes: int, trials: int) -> Figure:
    return Figure(successes / trials, fraction_interval(successes, trials), trials)


def _mean_bounds(values: list[float]) -> tuple[float, float] | None:
    found = mean_interval(values)
    return None if len(values) < 2 else (found.low, found.high)


def _key(words: str) -> str:
    """Return words as a key: "gait + RL" becomes gait_rl, "400,000 samples" 400000_samples."""
    return re.sub(r"\W+", "_", words.replace(",", "")).lower()
