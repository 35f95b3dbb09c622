"""Scores of episodes: survival with its interval, tracking errors, and what walking cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from drive2walk.experiment.statistics import fraction_interval
from drive2walk.locomotion.evaluation.episodes import Episodes
from drive2walk.robot.geometry.arrays import Array, Bools

AXES = ("vx", "vy", "wz")
# Seconds at the start of an episode in which a robot may still move to the commanded height.
SETTLE_WINDOWS = 2


def summarize_episodes(episodes: Episodes) -> dict[str, Any]:
    """Return the scores of all episodes, those of each command, and the worst command.

    The worst command is the one that fewest robots survived, and among equals the one with the
    largest forward error.
    """
    by_command = []
    for command in np.unique(episodes.command, axis=0):
        chosen = (episodes.command == command).all(axis=1)
        by_command.append({"command": command.tolist(), **_score_episodes(episodes, chosen)})
    worst = min(by_command, key=lambda scores: (scores["survival"], -(scores["rms_vx"] or np.inf)))
    everything = np.ones(len(episodes.command), dtype=bool)
    return {
        **_score_episodes(episodes, everything),
        "worst_command": worst["command"],
        "commands": by_command,
    }


def _score_episodes(episodes: Episodes, chosen: Bools) -> dict[str, Any]:
    command, survived = episodes.command[chosen], episodes.survived[chosen]
    error = episodes.velocity[chosen] - command[:, None, :3]
    upright = error[np.isfinite(error).all(axis=2)]
    scores: dict[str, Any] = {
        "episodes": len(survived),
        "survival": float(survived.mean()),
        "survival_interval": list(fraction_interval(int(survived.sum()), len(survived))),
    }
    for axis, name in enumerate(AXES):
        values = upright[:, axis]
        scores[f"rms_{name}"] = _root_mean_square(values)
        scores[f"bias_{name}"] = float(values.mean()) if len(values) else None
    if episodes.height is not None and command.shape[1] > 3:
        height_error = (episodes.height[chosen] - command[:, 3:])[:, SETTLE_WINDOWS:]
        scores["rms_height"] = _root_mean_square(height_error[np.isfinite(height_error)])
    return {**scores, **_measure_costs(episodes, chosen)}


def _root_mean_square(values: Array) -> float | None:
    return float(np.sqrt(np.square(values).mean())) if len(values) else None


def _measure_costs(episodes: Episodes, chosen: Bools) -> dict[str, Any]:
    """Return foot slip, cost of transport, fractions of time, joint speeds, and unevenness.

    The cost of transport is the positive mechanical work of all joints over weight and distance
    (Collins et al., "Efficient bipedal robots based on passive-dynamic walkers", 2005), over the
    episodes whose command is to go somewhere.
    """
    effort = episodes.effort
    if effort is None:
        return {}
    going = chosen & episodes.command[:, :2].any(axis=1)
    distance_m = float(effort.distance_m[going].sum())
    work_m = float(effort.work_per_weight_m[going].sum())
    standing_s = float(effort.standing_s[chosen].sum())
    return {
        "foot_slip_m_s": float(effort.slip_m[chosen].sum()) / standing_s if standing_s else None,
        "cost_of_transport": work_m / distance_m if distance_m else None,
        "one_foot_share": float(effort.one_foot_fraction[chosen].mean()),
        "torque_limit_share": float(effort.at_limit_fraction[chosen].mean()),
        "largest_joint_speed_rad_s": float(effort.largest_speed_rad_s[chosen].max()),
        "above_rated_speed_fraction": float(effort.above_rated_fraction[chosen].mean()),
        "above_no_load_speed_fraction": float(effort.above_no_load_fraction[chosen].mean()),
        "unevenness_m": float(effort.unevenness_m[chosen].mean()),
    }
