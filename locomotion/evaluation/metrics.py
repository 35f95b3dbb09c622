"""Episodes in figures: survival with its interval, tracking errors, what walking cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.statistics import fraction_interval
from drive2walk.locomotion.evaluation.episodes import Episodes

AXES = ("vx", "vy", "wz")
# Seconds of an episode in which a robot may still be on its way down to a commanded height.
SETTLED = 2


def summary(episodes: Episodes) -> dict[str, Any]:
    """Return the scores of all episodes, of the episodes of each command, and the worst command.

    Of commands that as many robots survived, that with the largest forward error is the worst.
    """
    rows = []
    for command in np.unique(episodes.command, axis=0):
        chosen = (episodes.command == command).all(axis=1)
        rows.append({"command": command.tolist(), **_scores(episodes, chosen)})
    worst = min(rows, key=lambda row: (row["survival"], -(row["rms_vx"] or np.inf)))
    everything = np.ones(len(episodes.command), dtype=bool)
    return {
        **_scores(episodes, everything),
        "worst_command": worst["command"],
        "commands": rows,
    }


def _scores(episodes: Episodes, chosen: NDArray[np.bool_]) -> dict[str, Any]:
    velocity = episodes.velocity[chosen]
    command = episodes.command[chosen]
    error = velocity - command[:, None, :3]
    walked = error[np.isfinite(error).all(axis=2)]
    survived = episodes.survived[chosen]
    scores: dict[str, Any] = {
        "episodes": len(survived),
        "survival": float(survived.mean()),
        "survival_interval": list(fraction_interval(int(survived.sum()), len(survived))),
    }
    for axis, name in enumerate(AXES):
        values = walked[:, axis]
        scores[f"rms_{name}"] = float(np.sqrt(np.square(values).mean())) if len(values) else None
        scores[f"bias_{name}"] = float(values.mean()) if len(values) else None
    if episodes.height is not None and command.shape[1] > 3:
        off = (episodes.height[chosen] - command[:, 3:])[:, SETTLED:]
        off = off[np.isfinite(off)]
        scores["rms_height"] = float(np.sqrt(np.square(off).mean())) if len(off) else None
    return {**scores, **_costs(episodes, chosen)}


def _costs(episodes: Episodes, chosen: NDArray[np.bool_]) -> dict[str, Any]:
    """Return foot slip, cost of transport, shares of time, and how uneven the ground was.

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
        "one_foot_share": float(effort.one_foot_share[chosen].mean()),
        "torque_limit_share": float(effort.at_limit_share[chosen].mean()),
        "unevenness_m": float(effort.unevenness_m[chosen].mean()),
    }
