"""How well a controller walks: a fixed grid of commands, pushes, 20 s episodes from rest."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.terrain.kinds import build_terrain
from drive2walk.envs.walking.arms.arm_motion import ArmMotion
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import trial_physics
from drive2walk.locomotion.evaluation.effort import EffortMeter
from drive2walk.locomotion.evaluation.episodes import Episodes, run_episodes
from drive2walk.locomotion.evaluation.metrics import summary
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.locomotion.walking.controller import WalkingController

VX_M_S = (-0.5, 0.0, 0.5, 1.0)
VY_M_S = (-0.3, 0.0, 0.3)
WZ_RAD_S = (-0.7, 0.0, 0.7)
# How far below its usual height the base is asked to be, and at which speed forward.
DEPTHS_M = (0.1, 0.25)
DEEP_VX_M_S = (0.0, 0.4)
EPISODE_S = 20.0
PUSH_INTERVAL_S = (3.0, 7.0)


def command_grid() -> NDArray[np.float64]:
    """Return every combination of the grid's vx, vy and wz, (36, 3)."""
    return np.array(list(itertools.product(VX_M_S, VY_M_S, WZ_RAD_S)))


def height_grid(controller: WalkingController) -> NDArray[np.float64]:
    """Return the commands to squat that a controller was trained for, (0 to 4, 4)."""
    usual = controller.gait.parameters.height_m
    lowest = controller.policy.command_range[3, 0]
    depths = [depth for depth in DEPTHS_M if lowest <= usual - depth + 1e-9 and np.isfinite(lowest)]
    rows = [[vx, 0.0, 0.0, usual - d] for d, vx in itertools.product(depths, DEEP_VX_M_S)]
    return np.array(rows).reshape(-1, 4)


def evaluate(
    controller: WalkingController,
    trial: Trial,
    *,
    episode_s: float = EPISODE_S,
    num_threads: int = 0,
) -> dict[str, Any]:
    """Walk every command of the grid under the conditions of ``trial`` and return the metrics.

    Args:
        controller: what walks.
        trial: the conditions.
        episode_s: length of an episode, whole seconds.
        num_threads: of the physics; 0 takes every processor.

    Returns:
        The conditions, the scores of ``summary``, ``survival_by_seed`` and, of a controller that
        was trained to squat, the same scores of ``heights``.
    """
    grid = np.column_stack([command_grid(), np.full(len(command_grid()), np.nan)])
    walked = _walk_all(controller, grid, trial, episode_s, num_threads)
    shares = walked.survived.reshape(trial.seeds, -1).mean(axis=1)
    by_seed = {str(trial.seed + i): float(share) for i, share in enumerate(shares)}
    metrics = {**trial.conditions, **summary(walked), "survival_by_seed": by_seed}
    heights = height_grid(controller)
    if len(heights):
        walked = _walk_all(controller, heights, trial, episode_s, num_threads)
        command = np.tile(np.repeat(heights, trial.repeats, axis=0), (trial.seeds, 1))
        metrics["heights"] = summary(dataclasses.replace(walked, command=command))
    return metrics


def _walk_all(
    controller: WalkingController,
    commands: NDArray[np.float64],
    trial: Trial,
    episode_s: float,
    num_threads: int,
) -> Episodes:
    """Walk commands (k, 4) with every seed of the trial, one seed's episodes after the other."""
    seeds = range(trial.seed, trial.seed + trial.seeds)
    return Episodes.joined(
        [walk(controller, commands, trial, seed, episode_s, num_threads) for seed in seeds]
    )


def walk(
    controller: WalkingController,
    commands: NDArray[np.float64],
    trial: Trial,
    seed: int,
    episode_s: float = EPISODE_S,
    num_threads: int = 0,
) -> Episodes:
    """Walk ``commands`` (k, 4) ``trial.repeats`` times each, with one seed.

    A height of NaN is the gait's own.
    """
    command = np.repeat(commands, trial.repeats, axis=0)
    spec, usual_m = controller.spec, controller.gait.parameters.height_m
    lowest_m = float(np.nanmin([usual_m, *commands[:, 3]]))
    terrain = build_terrain(trial.terrain, seed)
    physics = trial_physics(spec, trial.physics, terrain, trial.payload_kg)
    config = WalkingConfig(
        episode_s=episode_s,
        push_m_s=trial.push_m_s,
        push_interval_s=PUSH_INTERVAL_S,
        height_m=(lowest_m, usual_m),
        sighted_fraction=float(trial.sighted),
    )
    env = WalkingEnv(spec, physics, config, len(command), num_threads=num_threads, seed=seed)
    env.hold_commands(command)
    if trial.arms == "moving":
        env.arms = ArmMotion(env.simulation, spec, np.random.default_rng(seed))
    meter = EffortMeter(physics, env.simulation, spec)
    return run_episodes(controller, env, meter)
