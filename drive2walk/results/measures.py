"""Every measure that a document shows, by name: its commands and how its figures are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drive2walk.experiment.ledger import Figure
from drive2walk.experiment.results import METRICS
from drive2walk.experiment.statistics import fraction_interval
from drive2walk.results.measure import Measure

LEGS = ("robot", "locomotion", "envs/walking", "envs/terrain", "drive2walk/checkpoints")
ROBOT = ("robot", "locomotion", "envs", "drive2walk/agent.py", "drive2walk/eyes.py")
OFFICES = (*ROBOT, "perception", "drive2walk/demo", "drive2walk/checkpoints")
TASKS = (*LEGS, "envs", "teleop")
EYES = ("perception", "drive2walk/checkpoints")
Read = Callable[[Path], dict[str, Figure]]


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _fraction(successes: int, trials: int) -> Figure:
    return Figure(successes / trials, fraction_interval(successes, trials), trials)


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def read_crossings(out: Path) -> dict[str, Figure]:
    """Return the success, falls, collisions and drift of a demo."""
    report = _load(out / "report.json")
    rows, summary = report["episodes"], report["summary"]
    count = len(rows)
    drift = [row["odometry_error_m"] / row["path_length_m"] for row in rows]
    return {
        "success": _fraction(summary["success"], count),
        "falls": Figure(summary["falls"], n=count),
        "collisions": Figure(summary["collisions"], n=count),
        "drift": Figure(_median(drift), n=count),
    }


def read_trials(out: Path) -> dict[str, Figure]:
    """Return the success, falls and time of a scripted operator."""
    metrics = _load(out / METRICS)
    count = metrics["episodes"]
    return {
        "success": _fraction(round(metrics["success"] * count), count),
        "falls": Figure(metrics["falls"], n=count),
        "time_s": Figure(metrics["time_s"], n=count),
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
    keys = ("miou", "walkable_iou", "boundary_iou", "false_walkable_rate")
    count = metrics["images"]
    return {key: Figure(metrics[key], n=count) for key in keys if metrics.get(key) is not None}


def read_speed(out: Path) -> dict[str, Figure]:
    """Return the speed of the environment and of PPO against the bare physics."""
    metrics = _load(out / METRICS)
    keys = ("ratio", "ppo_ratio", "env_steps_per_s", "ppo_samples_per_s")
    return {key: Figure(metrics[key]) for key in keys}


def _offices(title: str, options: str = "") -> Measure:
    command = f"demo --seeds {{count}} --first-seed {{seed}} --workers 2 {options} --out {{out}}"
    return Measure(title, (" ".join(command.split()),), read_crossings, OFFICES, "offices")


def _task(task: str) -> Measure:
    command = f"teleop evaluate --task {task} --episodes 100 --first-seed {{seed}} --workers 2"
    title = f"Scripted operator: {task}"
    return Measure(title, (f"{command} --out {{out}}",), read_trials, TASKS, "tasks")


def _walks(title: str, options: str) -> Measure:
    command = f"locomotion evaluate --seed {{seed}} --repeats 2 --seeds 6 {options} --out {{out}}"
    return Measure(title, (" ".join(command.split()),), read_walks, LEGS, "legs")


MEASURES = {
    "offices": _offices("Offices crossed"),
    "offices_ideal_sensors": _offices("Offices crossed, ideal sensors", "--sensors ideal"),
    "offices_ideal_eyes": _offices("Offices crossed, ideal eyes", "--oracle vision"),
    "offices_ideal": _offices(
        "Offices crossed, ideal sensors and eyes", "--sensors ideal --oracle vision"
    ),
    "sort": _task("sort"),
    "tote": _task("tote"),
    "leaves": _task("leaves"),
    "legs_push_05": _walks("Walking under pushes of 0.5 m/s", "--push 0.5"),
    "legs_push_10": _walks("Walking under pushes of 1 m/s", "--push 1.0"),
    "legs_second": _walks("Walking as another robot", "--push 0.5 --physics second"),
    "legs_arms": _walks(
        "Walking with moving arms and 2 kg in each hand", "--arms moving --payload-kg 2"
    ),
    "legs_ideal": _walks("Walking, ideal sensors", "--push 0.5 --sensors ideal"),
    "legs_rough": _walks("Walking on rough ground", "--push 0.5 --terrain rough"),
    "legs_steps": _walks("Walking on steps of 10 cm", "--push 0.5 --terrain steps"),
    "rooms": Measure(
        "Photographs of seven real rooms",
        ("perception evaluate --dataset folder --root tests/data/rooms --out {out}",),
        read_scores,
        EYES,
    ),
    "camvid_val": Measure(
        "Driving network on CamVid val",
        ("perception evaluate --weights driving --dataset camvid --root {camvid} --out {out}",),
        read_scores,
        EYES,
    ),
    "speed": Measure(
        "Simulation speed", ("bench simulation --out {out}",), read_speed, (*LEGS, "envs")
    ),
}
