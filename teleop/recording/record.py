"""Records demonstrations into a dataset, by a person or a script, one new world per episode."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.sensor_errors import SensorsName, check_sensors
from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.console.status import ConsoleStatus
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.recording.frame import make_setup
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.saved_episodes import (
    find_next_seed,
    list_episode_rows,
    read_episode_row,
)
from drive2walk.teleop.recording.session import Session
from drive2walk.teleop.scripts.registry import OPERATORS

# Failures in a row after which a scripted recording stops.
MAX_FAILURES = 5


@dataclasses.dataclass(frozen=True)
class RecordConfig:
    """What to record.

    Attributes:
        task: Name of the task.
        dataset: Folder of the dataset; episodes are added to those that are there.
        episodes: Number of episodes to save; None goes on until the operator ends the program.
        first_seed: Seed of the first world; None goes on after the last recorded one.
        robot: Name of a robot spec.
        sensors: Real sensors have noise, bias and delay; ideal ones measure the truth.
    """

    task: str
    dataset: Path
    episodes: int | None = None
    first_seed: int | None = None
    robot: str = "unitree_g1"
    sensors: SensorsName = "real"

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: The seed is negative, no episode is wanted, or there are no such sensors.
        """
        check_sensors(self.sensors)
        if self.first_seed is not None:
            check_seed(self.first_seed, "first-seed")
        if self.episodes is not None and self.episodes < 1:
            raise ConfigError(f"--episodes {self.episodes}: at least 1 is needed.")


class LiveConsole(Device, Protocol):
    """A device that also shows its operator what happens."""

    def begin_episode(self) -> None:
        """Forget what the operator did in the last episode."""

    def show_status(self, status: ConsoleStatus) -> None:
        """Show a status at once."""

    def show(
        self, status: ConsoleStatus, scene: dict[str, Any], state: NDArray[np.float64]
    ) -> None:
        """Show a status and the view of the robot at a state (n,) of the scene's world."""


def record_scripted(
    config: RecordConfig, controller: WalkingController, report: Callable[[str], None]
) -> int:
    """Let the script of the task record; failed attempts are discarded.

    Args:
        config: Task, dataset and number of episodes.
        controller: Controller of the legs.
        report: Called with one line after each attempt.

    Returns:
        Number of failed attempts.

    Raises:
        ConfigError: There is no such task or robot, or the task has no script.
        DataError: The dataset can't be written, or the script failed too often in a row.
    """
    if config.task not in OPERATORS:
        raise ConfigError(
            f"no script does the task '{config.task}'. Scripts: {', '.join(OPERATORS)}. "
            "Use another --device."
        )
    wanted = 1 if config.episodes is None else config.episodes
    saved = failures = in_a_row = 0
    worlds = build_worlds(config)
    world = next(worlds)
    with Recorder(config.dataset, make_setup(world)) as recorder:
        while saved < wanted:
            operator = ScriptedOperator(world)
            session = Session(world, controller, operator, recorder, clock=operator.clock)
            session.run(lambda _: None, realtime=False)
            seed, length_s = world.scene["seed"], world.time_s
            if session.saved is None:
                failures, in_a_row = failures + 1, in_a_row + 1
                report(f"seed {seed}: failed after {length_s:.1f} s, discarded")
            else:
                saved, in_a_row = saved + 1, 0
                report(f"seed {seed}: episode {session.saved}, {length_s:.1f} s")
            if in_a_row == MAX_FAILURES:
                raise DataError(f"the script failed {in_a_row} times in a row. Try other seeds.")
            world = next(worlds)
    return failures


def record_live(
    config: RecordConfig,
    controller: WalkingController,
    console: LiveConsole,
    limits: OperatorLimits | None = None,
    watch: Callable[[Session], None] | None = None,
) -> None:
    """Record what a person does, until the wanted number of episodes is saved.

    Args:
        config: Task, dataset and number of episodes.
        controller: Controller of the legs.
        console: The operator's device and display.
        limits: Limits of the operator's input.
        watch: Called after each control step.

    Raises:
        ConfigError: There is no such task or robot.
        DataError: The dataset can't be written.
    """
    here = DatasetLayout(config.dataset)
    rows = list_episode_rows(here)
    wanted = None if config.episodes is None else len(rows) + config.episodes
    message = ""

    def show(session: Session) -> None:
        console.show(session.status(tuple(rows)), session.world.scene, session.world.state())
        if watch is not None:
            watch(session)

    worlds = build_worlds(config)
    first = next(worlds)
    with Recorder(config.dataset, make_setup(first)) as recorder:
        for world in itertools.chain([first], worlds):
            console.begin_episode()
            session = Session(world, controller, console, recorder, limits)
            session.message = message
            _run_until_over(session, show)
            if session.saved is not None:
                row = read_episode_row(here, session.saved)
                rows.append(dataclasses.replace(row, success=world.success()))
            # The next world takes seconds to build; until then this status stays.
            message = session.message
            console.show_status(session.status(tuple(rows)))
            if len(rows) == wanted:
                return


def build_worlds(config: RecordConfig) -> Iterator[TaskWorld]:
    """Yield worlds of the task, each with the next seed.

    Raises:
        ConfigError: There is no such task or robot.
        DataError: A recorded episode can't be read.
    """
    scene = {"task": config.task, "robot": config.robot, "sensors": config.sensors}
    seed = config.first_seed
    if seed is None:
        seed = find_next_seed(DatasetLayout(config.dataset))
    while True:
        yield build_task({**scene, "seed": seed})
        seed += 1


def _run_until_over(session: Session, show: Callable[[Session], None]) -> None:
    """Run a session; an episode that can't be saved is kept, so that it can be saved again."""
    while not session.over:
        try:
            session.run(show, realtime=True)
        except DataError as error:
            session.message = str(error)
