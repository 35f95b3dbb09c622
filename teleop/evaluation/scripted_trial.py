"""Trials of the scripted operators: one unseen world per seed, in parallel processes."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import multiprocessing
from collections.abc import Iterable, Iterator
from typing import Any

from drive2walk.envs.sensors.sensor_errors import SensorsName, check_sensors
from drive2walk.envs.tasks.registry import build_task
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.experiment.statistics import fraction_interval
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.recording.session import Session
from drive2walk.teleop.scripts.registry import OPERATORS

# A script that has not finished by now has failed.
TIME_LIMIT_S = 150.0


@dataclasses.dataclass(frozen=True)
class TrialConfig:
    """Which trials to run.

    Attributes:
        task: Name of the task.
        episodes: Number of worlds.
        first_seed: Seed of the first world.
        robot: Name of a robot spec.
        workers: Number of processes.
        sensors: Real sensors have noise, bias and delay; ideal ones measure the truth.
    """

    task: str = "tote"
    episodes: int = 20
    first_seed: int = 0
    robot: str = "unitree_g1"
    workers: int = 1
    sensors: SensorsName = "real"

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: No script does the task, there are no such sensors, or a number is out of
                range.
        """
        check_sensors(self.sensors)
        if self.task not in OPERATORS:
            raise ConfigError(unknown_name("scripted task", self.task, OPERATORS))
        check_seed(self.first_seed, "first-seed")
        if self.episodes < 1 or self.workers < 1:
            raise ConfigError(
                f"got {self.episodes} episodes and {self.workers} workers; give 1 or more of each."
            )


@dataclasses.dataclass(frozen=True)
class Trial:
    """The outcome in one world.

    Attributes:
        seed: Seed of the world.
        success: Whether the script finished the task within the time limit.
        fell: Whether the robot fell.
        time_s: Simulated time.
    """

    seed: int
    success: bool
    fell: bool
    time_s: float


def run_trial(config: TrialConfig, seed: int, controller: WalkingController) -> Trial:
    """Let the script of the task work in one world.

    Args:
        config: Task and robot.
        seed: Seed of the world.
        controller: Controller of the legs.
    """
    scene = {"task": config.task, "robot": config.robot, "sensors": config.sensors}
    world = build_task({**scene, "seed": seed})
    operator = ScriptedOperator(world)
    session = Session(world, controller, operator, clock=operator.clock)
    while not session.over and world.time_s < TIME_LIMIT_S:
        session.step()
    return Trial(seed, bool(operator.succeeded), world.fallen, round(world.time_s, 2))


def run_trials(config: TrialConfig, controller: WalkingController) -> Iterator[Trial]:
    """Yield the trials of all seeds in their order.

    Args:
        config: Task, robot, seeds and number of processes.
        controller: Controller of the legs; each process gets a copy.
    """
    seeds = range(config.first_seed, config.first_seed + config.episodes)
    if config.workers == 1:
        yield from (run_trial(config, seed, controller) for seed in seeds)
        return
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(config.workers, mp_context=spawn) as pool:
        running = [pool.submit(run_trial, config, seed, controller) for seed in seeds]
        try:
            yield from (trial.result() for trial in running)
        finally:
            pool.shutdown(cancel_futures=True)


def summarize_trials(config: TrialConfig, trials: Iterable[Trial]) -> dict[str, Any]:
    """Return the success with its 95 % interval, falls, the mean time and a row for each trial."""
    rows = list(trials)
    successes = sum(trial.success for trial in rows)
    return {
        "task": config.task,
        "sensors": config.sensors,
        "episodes": len(rows),
        "success": successes / len(rows),
        "success_interval": list(fraction_interval(successes, len(rows))),
        "falls": sum(trial.fell for trial in rows),
        "time_s": sum(trial.time_s for trial in rows) / len(rows),
        "rows": [dataclasses.asdict(trial) for trial in rows],
    }
