"""Recording demonstrations into a dataset: one fresh world an episode, by person or by script."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.console.console import Console
from drive2walk.teleop.console.status import EpisodeRow
from drive2walk.teleop.dataset.layout import Layout
from drive2walk.teleop.dataset.reader import Dataset
from drive2walk.teleop.devices.scripted import Scripted
from drive2walk.teleop.recording.frame import recording_setup
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.session import Session
from drive2walk.teleop.scripts.registry import OPERATORS

# A script that fails this often in a row isn't worth waiting for.
MAX_FAILURES = 5


@dataclasses.dataclass(frozen=True)
class RecordConfig:
    """What to record.

    Attributes:
        task: name of the task.
        dataset: the folder; episodes are added to what is there.
        episodes: how many are to be saved; None is until the operator ends the program.
        first_seed: of the first world; None goes on after the last recorded one.
        robot: name of a robot spec.
    """

    task: str
    dataset: Path
    episodes: int | None = None
    first_seed: int | None = None
    robot: str = "unitree_g1"

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.first_seed is not None:
            check_seed(self.first_seed, "first-seed")
        if self.episodes is not None and self.episodes < 1:
            raise ConfigError(f"--episodes {self.episodes}: at least 1 is needed.")


def record_scripted(
    config: RecordConfig, controller: WalkingController, tell: Callable[[str], None]
) -> int:
    """Let the script of the task record; failed attempts are discarded. Return how many failed.

    Args:
        config: what to record.
        controller: walks.
        tell: is given a line after each attempt.

    Raises:
        ConfigError: there is no such task or robot, or nobody wrote a script for the task.
        DataError: the dataset can't be written, or the script failed too often in a row.
    """
    if config.task not in OPERATORS:
        raise ConfigError(f"no script does the task '{config.task}'. Use another --device.")
    wanted = 1 if config.episodes is None else config.episodes
    saved = failures = in_a_row = 0
    worlds = task_worlds(config)
    first = next(worlds)
    with open_recorder(config, first) as recorder:
        world = first
        while saved < wanted:
            operator = Scripted(world)
            session = Session(world, controller, operator, recorder, clock=operator.clock)
            session.run(lambda _: None, realtime=False)
            seed, length_s = world.scene["seed"], world.time_s
            if session.saved is None:
                failures, in_a_row = failures + 1, in_a_row + 1
                tell(f"seed {seed}: failed after {length_s:.1f} s, discarded")
            else:
                saved, in_a_row = saved + 1, 0
                tell(f"seed {seed}: episode {session.saved}, {length_s:.1f} s")
            if in_a_row == MAX_FAILURES:
                raise DataError(f"the script failed {in_a_row} times in a row. Try other seeds.")
            world = next(worlds)
    return failures


def record_live(config: RecordConfig, controller: WalkingController, console: Console) -> None:
    """Record what a person does, until as many episodes are saved as the config asks for.

    Args:
        config: what to record.
        controller: walks.
        console: the page.

    Raises:
        ConfigError: there is no such task or robot.
        DataError: the dataset can't be written.
    """
    rows = recorded_rows(config.dataset)
    before = len(rows)
    worlds = task_worlds(config)
    world, message = next(worlds), ""
    with open_recorder(config, world) as recorder:
        while True:
            console.begin_episode()
            session = Session(world, controller, console, recorder)
            session.message = message
            _run(session, partial(_show, console, tuple(rows)))
            if session.saved is not None:
                length_s = recorder_length_s(config.dataset, session.saved)
                rows.append(EpisodeRow(session.saved, length_s, world.success()))
            message = session.message
            console.tell(session.status(tuple(rows)))
            if config.episodes is not None and len(rows) == before + config.episodes:
                return
            world = next(worlds)  # which takes seconds


def task_worlds(config: RecordConfig) -> Iterator[TaskWorld]:
    """Yield worlds of the task, each of the next seed.

    Raises:
        ConfigError: there is no such task or robot.
        DataError: an episode that was recorded before can't be read.
    """
    seed = next_seed(config.dataset) if config.first_seed is None else config.first_seed
    while True:
        yield build_task({"task": config.task, "seed": seed, "robot": config.robot})
        seed += 1


def open_recorder(config: RecordConfig, world: TaskWorld) -> Recorder:
    """Return the recorder of the dataset.

    Raises:
        DataError: the dataset can't be written, or was begun with another robot or task.
    """
    return Recorder(config.dataset, recording_setup(world))


def _run(session: Session, show: Callable[[Session], None]) -> None:
    """Run until the episode is over; one that can't be saved is kept, to be saved again."""
    while not session.over:
        try:
            session.run(show, realtime=True)
        except DataError as error:
            session.message = str(error)


def _show(console: Console, rows: tuple[EpisodeRow, ...], session: Session) -> None:
    console.publish(session.status(rows), session.world.scene, session.world.state())


def next_seed(root: Path) -> int:
    """Return the seed after the highest one that was recorded in a dataset, which may be new."""
    saved = Layout(root).saved()
    if not saved:
        return 0
    dataset = Dataset(root)
    return 1 + max(int(dataset.header(number).episode.scene["seed"]) for number in saved)


def recorded_rows(root: Path) -> list[EpisodeRow]:
    """Return a row for each episode that was recorded in a dataset, which may be new."""
    return [EpisodeRow(n, recorder_length_s(root, n)) for n in Layout(root).saved()]


def recorder_length_s(root: Path, number: int) -> float:
    """Return the length of a recorded episode in seconds."""
    return Dataset(root).header(number).length * CONTROL_DT_S
