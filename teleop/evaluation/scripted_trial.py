"""Trials of the scripted operators: one unseen world per seed, in parallel processes."""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, Literal, get_args

from drive2walk.envs.sensors.sensor_errors import SensorsName, check_sensors
from drive2walk.envs.tasks.registry import build_task
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.experiment.ordered_workers import run_in_order
from drive2walk.experiment.statistics import fraction_interval
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.evaluation.takeover import TakeoverOperator
from drive2walk.teleop.recording.session import Session
from drive2walk.teleop.scripts.mistakes import make_mistake
from drive2walk.teleop.scripts.registry import OPERATORS

# A script that has not finished by now has failed.
TIME_LIMIT_S = 150.0
StartName = Literal["normal", "mistake", "takeover"]
STARTS = get_args(StartName)


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
        start: State in which the script finds the world: normal, after a mistake, or in the
            middle of the work of a script whose hands went astray.
    """

    task: str = "tote"
    episodes: int = 20
    first_seed: int = 0
    robot: str = "unitree_g1"
    workers: int = 1
    sensors: SensorsName = "real"
    start: StartName = "normal"

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: No script does the task, there are no such sensors or starts, or a number
                is out of range.
        """
        check_sensors(self.sensors)
        if self.task not in OPERATORS:
            raise ConfigError(unknown_name("scripted task", self.task, OPERATORS))
        check_seed(self.first_seed, "first-seed")
        if self.start not in STARTS:
            raise ConfigError(unknown_name("start", self.start, STARTS))
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
        mistake: Name of the mistake that the script started from; empty where there was none.
        failure: Reason for which the script gave up; empty where it did not.
        stages: Stages that at least one thing was in, by their names.
    """

    seed: int
    success: bool
    fell: bool
    time_s: float
    mistake: str = ""
    failure: str = ""
    stages: dict[str, bool] = dataclasses.field(default_factory=dict)


def run_trial(config: TrialConfig, seed: int, controller: WalkingController) -> Trial:
    """Let the script of the task work in one world.

    Args:
        config: Task and robot.
        seed: Seed of the world.
        controller: Controller of the legs.
    """
    scene = {"task": config.task, "robot": config.robot, "sensors": config.sensors}
    world = build_task({**scene, "seed": seed})
    mistake = make_mistake(world, seed) if config.start == "mistake" else ""
    disturbed = config.start == "takeover"
    operator = TakeoverOperator(world, seed) if disturbed else ScriptedOperator(world)
    session = Session(world, controller, operator, clock=operator.clock)
    while not session.over and world.time_s < TIME_LIMIT_S:
        session.step()
    return Trial(
        seed,
        bool(operator.succeeded),
        world.fallen,
        round(world.time_s, 2),
        mistake,
        operator.failure,
        world.stages(),
    )


def run_trials(config: TrialConfig, controller: WalkingController) -> Iterator[Trial]:
    """Yield the trials of all seeds in their order.

    Args:
        config: Task, robot, seeds and number of processes.
        controller: Controller of the legs; each process gets a copy.
    """
    seeds = range(config.first_seed, config.first_seed + config.episodes)
    work = functools.partial(run_trial, config, controller=controller)
    with closing(run_in_order(work, seeds, config.workers)) as trials:
        yield from trials


def summarize_trials(config: TrialConfig, trials: Iterable[Trial]) -> dict[str, Any]:
    """Return the figures of a set of trials.

    Args:
        config: Task, start and sensors of the trials.
        trials: Trials, one or more.

    Returns:
        Success with its 95 % interval, falls, the mean time in seconds, the fraction of trials in
        which a thing was in each stage, the number of trials by reason of failure, and all trials.
    """
    rows = list(trials)
    successes = sum(trial.success for trial in rows)
    return {
        "task": config.task,
        "sensors": config.sensors,
        "start": config.start,
        "episodes": len(rows),
        "success": successes / len(rows),
        "success_interval": list(fraction_interval(successes, len(rows))),
        "falls": sum(trial.fell for trial in rows),
        "time_s": sum(trial.time_s for trial in rows) / len(rows),
        "stages": {
            name: sum(trial.stages[name] for trial in rows) / len(rows) for name in rows[0].stages
        },
        "failures": dict(collections.Counter(t.failure for t in rows if t.failure)),
        "rows": [dataclasses.asdict(trial) for trial in rows],
    }
