"""How well a controller walks: a fixed grid of commands, pushes, 20 s episodes from rest."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.walking import WalkingConfig, WalkingEnv
from envs.walking_physics import PHYSICS, PhysicsName
from locomotion.controller import WalkingController
from locomotion.vec_env import proprioception_of
from robot.model import CONTROL_DT_S

Array = NDArray[np.float64]

VX_M_S = (-0.5, 0.0, 0.5, 1.0)
VY_M_S = (-0.3, 0.0, 0.3)
WZ_RAD_S = (-0.7, 0.0, 0.7)
EPISODE_S = 20.0
PUSH_INTERVAL_S = (3.0, 7.0)
WINDOW_S = 1.0
AXES = ("vx", "vy", "wz")


@dataclasses.dataclass(frozen=True)
class Episodes:
    """What the robots did.

    Attributes:
        command: of each episode, (N, 3).
        survived: to the end, (N,).
        walked_share: of the episode until the robot fell, (N,).
        velocity: true vx, vy, wz in 1 s means, NaN once fallen, (N, windows, 3). The first
            second, in which the robot starts from rest, is left out.
    """

    command: Array
    survived: NDArray[np.bool_]
    walked_share: Array
    velocity: Array


def command_grid() -> Array:
    """Return every combination of the grid's vx, vy and wz, (36, 3)."""
    return np.array(list(itertools.product(VX_M_S, VY_M_S, WZ_RAD_S)))


def evaluate(
    controller: WalkingController,
    *,
    physics: PhysicsName = "training",
    push_m_s: float = 0.5,
    repeats: int = 4,
    num_threads: int = 0,
    seed: int = 0,
) -> dict[str, Any]:
    """Walk every command of the grid ``repeats`` times and return the metrics.

    Args:
        controller: what walks.
        physics: which physics it walks in.
        push_m_s: size of the velocity kicks, in random directions every 3 to 7 s.
        repeats: episodes for each command.
        num_threads: of the physics; 0 takes every processor.
        seed: of starts and pushes.
    """
    command = np.repeat(command_grid(), repeats, axis=0)
    env = WalkingEnv(
        controller.spec,
        PHYSICS[physics](controller.spec),
        WalkingConfig(episode_s=EPISODE_S, push_m_s=push_m_s, push_interval_s=PUSH_INTERVAL_S),
        len(command),
        num_threads=num_threads,
        seed=seed,
    )
    env.hold_commands(command)
    return {"push_m_s": push_m_s, "physics": physics, **summary(run_episodes(controller, env))}


def run_episodes(controller: WalkingController, env: WalkingEnv) -> Episodes:
    """Walk every robot of ``env`` for one episode, a whole number of seconds long."""
    count = env.num_envs
    body = controller.measure(proprioception_of(env.state))
    state = controller.start(body, np.arange(count) % 2)
    upright = np.ones(count, dtype=bool)
    motions = []
    for _ in range(round(env.config.episode_s / CONTROL_DT_S)):
        state, targets = controller.step(state, proprioception_of(env.state), env.command)
        terminated, _ = env.step(targets)
        upright &= ~terminated
        truth = env.state
        motion = np.column_stack([truth.base_velocity[:, :2], truth.base_yaw_rate])
        motions.append(np.where(upright[:, None], motion, np.nan))
        fallen = np.flatnonzero(terminated)
        if len(fallen):
            env.stand_up(fallen)
            body = controller.measure(proprioception_of(env.state, fallen))
            state = controller.restart(state, body, fallen, fallen % 2)
    velocity = np.array(motions)
    walked = np.isfinite(velocity[..., 0]).mean(axis=0)
    window = round(WINDOW_S / CONTROL_DT_S)
    seconds = velocity.reshape(-1, window, count, 3).mean(axis=1)
    return Episodes(env.command.copy(), upright, walked, seconds[1:].transpose(1, 0, 2))


def summary(episodes: Episodes) -> dict[str, Any]:
    """Return survival with its interval and the tracking errors, over all and for each command."""
    rows = []
    for command in np.unique(episodes.command, axis=0):
        chosen = (episodes.command == command).all(axis=1)
        rows.append({"command": command.tolist(), **_scores(episodes, chosen)})
    worst = min(rows, key=lambda row: (row["survival"], -(row["rms_vx"] or np.inf)))
    everything = np.ones(len(episodes.command), dtype=bool)
    scores = _scores(episodes, everything)
    interval = wilson_interval(int(episodes.survived.sum()), len(episodes.survived))
    return {
        **scores,
        "survival_interval": list(interval),
        "worst_command": worst["command"],
        "commands": rows,
    }


def _scores(episodes: Episodes, chosen: NDArray[np.bool_]) -> dict[str, Any]:
    velocity = episodes.velocity[chosen]
    error = velocity - episodes.command[chosen][:, None]
    walked = error[np.isfinite(error).all(axis=2)]
    scores: dict[str, Any] = {
        "episodes": int(chosen.sum()),
        "survival": float(episodes.survived[chosen].mean()),
    }
    for axis, name in enumerate(AXES):
        values = walked[:, axis]
        scores[f"rms_{name}"] = float(np.sqrt(np.square(values).mean())) if len(values) else None
        scores[f"bias_{name}"] = float(values.mean()) if len(values) else None
    return scores


def wilson_interval(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    share, square = successes / trials, z * z
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    spread = np.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    half = float(z / (1 + square / trials) * spread)
    return max(centre - half, 0.0), min(centre + half, 1.0)
