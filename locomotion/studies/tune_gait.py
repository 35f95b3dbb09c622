"""Searches the parameters of the gait without a policy, by the cross-entropy method.

A better gait leaves less for the policy to learn. Source: Rubinstein and Kroese, "The
Cross-Entropy Method", 2004.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics, training_physics
from drive2walk.experiment.config import save_config
from drive2walk.locomotion.evaluation.episodes import Episodes, run_episodes
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.spec import load_robot

EPISODE_S = 9.0
PUSH_M_S = 0.5
REPEATS = 4
# Cost of an error of 1 m/s or 1 rad/s, relative to the cost of having fallen.
ERROR_WEIGHTS = np.array([0.7, 0.7, 0.4])
# Error of a robot that fell before it could be measured, in m/s and rad/s.
UNKNOWN_ERROR = 0.5
# Fraction of a generation that the next one is fitted to.
ELITE_FRACTION = 0.3
# Weight of the old mean in the new one.
KEPT_WEIGHT = 0.3
# Smallest spread, as a fraction of the first.
MIN_SPREAD_FRACTION = 0.15

# Spread of the first generation, in each parameter's unit; pairs are (x, y). Other parameters
# stay as they are.
SPREADS: dict[str, float | tuple[float, float]] = {
    "step_s": 0.03,
    "height_m": 0.01,
    "width_m": 0.02,
    "clearance_m": 0.015,
    "capture_gain": (0.15, 0.15),
    "velocity_gain_s": (0.05, 0.05),
    "stride_gain": 0.3,
    "com_shift_m": 0.01,
    "pitch_rad": 0.03,
    "lead_s": 0.02,
    "support_gain": 0.1,
}
COMMANDS = np.array(
    [
        [0.0, 0.0, 0.0],
        [0.3, 0.0, 0.0],
        [0.6, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [-0.5, 0.0, 0.0],
        [0.0, 0.3, 0.0],
        [0.0, 0.0, 0.7],
        [0.5, 0.0, 0.7],
        [0.5, 0.3, -0.7],
        [0.4, -0.2, 0.0],
        [0.8, 0.0, 0.3],
        [-0.3, 0.2, 0.4],
    ]
)


def tune_gait(
    config: WalkingTraining, out: Path, *, generations: int, population: int, seed: int = 0
) -> dict[str, Any]:
    """Search from the gait of ``config`` and write each generation's mean to ``out``/gait.yaml.

    Args:
        config: Training run, whose robot and gait are used.
        out: Folder for gait.yaml.
        generations: Number of generations.
        population: Candidates of each generation.
        seed: Seed of the candidates.

    Returns:
        ``before`` and ``after``, the scores of the first and the last gait in the same episodes,
        and the ``gait``.
    """
    spec, start = load_robot(config.robot), config.gait
    physics = training_physics(spec)
    rng = np.random.default_rng(seed)
    first_spread = np.concatenate([np.atleast_1d(spread) for spread in SPREADS.values()])
    mean, spread = vector_from_parameters(start), first_spread.copy()

    def score(gait: GaitParameters, episodes: int) -> float:
        controller = WalkingController(spec, gait, config.residual)
        return _score_gait(controller, physics, episodes, config.num_threads)

    for generation in track(range(generations), "tuning the gait"):
        candidates = mean + spread * rng.normal(size=(population, len(mean)))
        candidates[0] = mean
        values = [score(parameters_from_vector(x, start), generation) for x in candidates]
        mean, spread = fit_next_generation(candidates, np.array(values), mean, spread)
        spread = np.maximum(spread, MIN_SPREAD_FRACTION * first_spread)
        gait = parameters_from_vector(mean, start)
        save_config(gait, out / "gait.yaml")
    before, after = (score(tried, generations) for tried in (start, gait))
    return {"before": before, "after": after, "gait": dataclasses.asdict(gait)}


def fit_next_generation(
    candidates: Array, scores: Array, mean: Array, spread: Array
) -> tuple[Array, Array]:
    """Return the mean and the spread of the next generation, (k,) each.

    Args:
        candidates: Candidates of this generation, (n, k).
        scores: Their scores, (n,).
        mean: Mean of this generation, (k,).
        spread: Spread of this generation, (k,).
    """
    elite = candidates[np.argsort(-scores)[: max(2, round(ELITE_FRACTION * len(scores)))]]
    mean = KEPT_WEIGHT * mean + (1 - KEPT_WEIGHT) * elite.mean(axis=0)
    return mean, (spread + elite.std(axis=0)) / 2


def vector_from_parameters(gait: GaitParameters) -> Array:
    """Return the searched parameters as a vector, (k,)."""
    return np.concatenate([np.atleast_1d(getattr(gait, name)) for name in SPREADS])


def parameters_from_vector(vector: Array, start: GaitParameters) -> GaitParameters:
    """Return ``start`` with the searched parameters from ``vector``, (k,)."""
    values: dict[str, Any] = {}
    position = 0
    for name, spread in SPREADS.items():
        size = len(np.atleast_1d(spread))
        part = vector[position : position + size].tolist()
        values[name] = tuple(part) if isinstance(spread, tuple) else part[0]
        position += size
    return dataclasses.replace(start, **values)


def score_episodes(episodes: Episodes) -> float:
    """Return the mean fraction of the time walked, less the weighted tracking error."""
    error = np.abs(episodes.velocity - episodes.command[:, None])
    walked = np.isfinite(error)
    seconds = walked.sum(axis=1)
    total = np.where(walked, error, 0.0).sum(axis=1)
    mean = np.where(seconds > 0, total / np.maximum(seconds, 1), UNKNOWN_ERROR)
    return float(episodes.walked_fraction.mean() - (mean @ ERROR_WEIGHTS).mean())


def _score_gait(
    controller: WalkingController, physics: Physics, seed: int, num_threads: int
) -> float:
    """Return the score of a controller without a policy."""
    command = np.repeat(COMMANDS, REPEATS, axis=0)
    height_m = controller.gait.parameters.height_m
    config = WalkingConfig(push_m_s=PUSH_M_S, episode_s=EPISODE_S, height_m=(height_m, height_m))
    env = WalkingEnv(
        controller.spec, physics, config, len(command), num_threads=num_threads, seed=seed
    )
    env.hold_commands(command)
    return score_episodes(run_episodes(controller, env))
