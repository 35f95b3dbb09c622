"""Records what a person does into a dataset, one new world per episode."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.console.status import ConsoleStatus
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.recording.frame import make_setup
from drive2walk.teleop.recording.record_config import RecordConfig
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.saved_episodes import list_episode_rows, read_episode_row
from drive2walk.teleop.recording.session import Session


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

    worlds = map(config.build_world, config.seeds)
    first = next(worlds)
    with Recorder(config.dataset, make_setup(first, config.image_frames)) as recorder:
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


def _run_until_over(session: Session, show: Callable[[Session], None]) -> None:
    """Run a session; an episode that can't be saved is kept, so that it can be saved again."""
    while not session.over:
        try:
            session.run(show, realtime=True)
        except DataError as error:
            session.message = str(error)
