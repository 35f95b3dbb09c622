"""Evaluates a controller on a fixed grid of commands, with pushes, in episodes from rest."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np

from drive2walk.envs.sensors.sensor_errors import SENSORS
from drive2walk.envs.terrain.kinds import build_evaluation_terrain
from drive2walk.envs.walking.arms.arm_motion import ArmMotion
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.motors import SpeedLimitedMotors
from drive2walk.envs.walking.physics import trial_physics
from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.envs.walking.second_body import OTHER_ROBOT, list_changes
from drive2walk.locomotion.evaluation.effort import EffortMeter
from drive2walk.locomotion.evaluation.episodes import Episodes, run_episodes
from drive2walk.locomotion.evaluation.metrics import summarize_episodes
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.geometry.arrays import Array

VX_M_S = (-0.5, 0.0, 0.5, 1.0)
VY_M_S = (-0.3, 0.0, 0.3)
WZ_RAD_S = (-0.7, 0.0, 0.7)
# Squats: distance of the base below its usual height, and forward speed.
SQUAT_DEPTHS_M = (0.1, 0.25)
SQUAT_VX_M_S = (0.0, 0.4)
EPISODE_S = 20.0
PUSH_INTERVAL_S = (3.0, 7.0)


def build_command_grid() -> Array:
    """Return every combination of vx, vy in m/s and wz in rad/s, (36, 3)."""
    return np.array(list(itertools.product(VX_M_S, VY_M_S, WZ_RAD_S)))


def build_squat_commands(controller: WalkingController) -> Array:
    """Return the commands to squat that the controller was trained for, (0 to 4, 4)."""
    usual_m = controller.gait.parameters.height_m
    lowest_m = controller.policy.command_range[3, 0]
    # An infinite range means that the controller doesn't say how low it may go.
    heights_m = [usual_m - depth_m for depth_m in SQUAT_DEPTHS_M if np.isfinite(lowest_m)]
    allowed = [height_m for height_m in heights_m if lowest_m <= height_m + 1e-9]
    commands = [[vx, 0.0, 0.0, z] for z, vx in itertools.product(allowed, SQUAT_VX_M_S)]
    return np.array(commands).reshape(-1, 4)


def evaluate(
    controller: WalkingController,
    trial: Trial,
    *,
    episode_s: float = EPISODE_S,
    num_threads: int = 0,
) -> dict[str, Any]:
    """Walk every command of the grid under the conditions of ``trial`` and return the metrics.

    Args:
        controller: Controller of the robots.
        trial: Conditions.
        episode_s: Length of an episode, in whole seconds.
        num_threads: Threads of the physics; 0 takes every processor.

    Returns:
        The conditions, ``changes`` of the second physics, the scores of ``summarize_episodes``,
        ``survival_by_seed`` and, for a controller that was trained to squat, the scores of the
        squats as ``heights``.
    """
    grid = build_command_grid()
    grid = np.column_stack([grid, np.full(len(grid), np.nan)])
    walked = _walk_with_all_seeds(controller, grid, trial, episode_s, num_threads)
    fractions = walked.survived.reshape(trial.seeds, -1).mean(axis=1)
    by_seed = {str(trial.seed + i): float(fraction) for i, fraction in enumerate(fractions)}
    metrics = {
        **trial.conditions,
        "changes": list_changes() if trial.physics == "second" else {},
        **summarize_episodes(walked),
        "survival_by_seed": by_seed,
    }
    squats = build_squat_commands(controller)
    if len(squats):
        walked = _walk_with_all_seeds(controller, squats, trial, episode_s, num_threads)
        command = np.tile(np.repeat(squats, trial.repeats, axis=0), (trial.seeds, 1))
        metrics["heights"] = summarize_episodes(dataclasses.replace(walked, command=command))
    return metrics


def _walk_with_all_seeds(
    controller: WalkingController,
    commands: Array,
    trial: Trial,
    episode_s: float,
    num_threads: int,
) -> Episodes:
    """Walk commands (k, 4) with every seed of the trial, one seed's episodes after the other."""
    seeds = range(trial.seed, trial.seed + trial.seeds)
    return Episodes.from_parts(
        [walk_commands(controller, commands, trial, seed, episode_s, num_threads) for seed in seeds]
    )


def walk_commands(
    controller: WalkingController,
    commands: Array,
    trial: Trial,
    seed: int,
    episode_s: float = EPISODE_S,
    num_threads: int = 0,
) -> Episodes:
    """Walk each command ``trial.repeats`` times, with one seed.

    Args:
        controller: Controller of the robots.
        commands: vx, vy in m/s, wz in rad/s and height in m, (k, 4); a height of NaN is the
            gait's own.
        trial: Conditions.
        seed: Seed, instead of the trial's.
        episode_s: Length of an episode, in whole seconds.
        num_threads: Threads of the physics; 0 takes every processor.
    """
    command = np.repeat(commands, trial.repeats, axis=0)
    spec, usual_m = controller.spec, controller.gait.parameters.height_m
    lowest_m = float(np.nanmin([usual_m, *commands[:, 3]]))
    terrain = build_evaluation_terrain(trial.terrain, seed)
    physics = trial_physics(spec, trial.physics, terrain, trial.payload_kg)
    second = trial.physics == "second"
    config = WalkingConfig(
        episode_s=episode_s,
        push_m_s=trial.push_m_s,
        push_interval_s=PUSH_INTERVAL_S,
        height_m=(lowest_m, usual_m),
        sighted_fraction=float(trial.sighted),
        randomization=OTHER_ROBOT if second else RandomizationConfig(),
    )
    env = WalkingEnv(spec, physics, config, len(command), num_threads=num_threads, seed=seed)
    env.hold_commands(command)
    if trial.arms == "moving":
        env.arms = ArmMotion(env.simulation, spec, np.random.default_rng(seed))
    motors = SpeedLimitedMotors(env.simulation, spec, trial.speed_limits)
    meter = EffortMeter(physics, env.simulation, spec, motors)
    return run_episodes(controller, env, meter, SENSORS[trial.sensors], seed)
