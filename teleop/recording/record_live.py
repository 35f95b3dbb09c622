"""Records what a person does into a dataset, one new world per episode."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import DataError
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.console.status import ConsoleStatus
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.devices.policy_operator import MakePolicy
from drive2walk.teleop.devices.robot_observation import observe_world
from drive2walk.teleop.devices.takeover import TakeoverDevice
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
    make_policy: MakePolicy | None = None,
) -> None:
    """Record what a person does, until the wanted number of episodes is saved.

    With a policy the person supervises: the policy steers from the beginning of an episode until
    the person takes over, and again when it is handed back.

    Args:
        config: Task, dataset and number of episodes.
        controller: Controller of the legs.
        console: The operator's device and display.
        limits: Limits of the operator's input.
        watch: Called after each control step.
        make_policy: Builds the policy that the person supervises; None without one.

    Raises:
        ConfigError: There is no such task or robot.
        DataError: The dataset can't be written.
        RenderError: The policy needs images and this machine can't render.
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
            with _supervise(world, console, make_policy, limits) as device:
                session = Session(world, controller, device, recorder, limits)
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


@contextmanager
def _supervise(
    world: TaskWorld,
    console: LiveConsole,
    make_policy: MakePolicy | None,
    limits: OperatorLimits | None,
) -> Iterator[Device]:
    """Yield the device that steers: the console alone, or a policy that the person supervises."""
    if make_policy is None:
        yield console
        return
    camera, observe = observe_world(world)
    with camera, closing(make_policy(observe, world.spec)) as policy:
        yield TakeoverDevice(policy, console, time.monotonic, limits)


def _run_until_over(session: Session, show: Callable[[Session], None]) -> None:
    """Run a session; an episode that can't be saved is kept, so that it can be saved again."""
    while not session.over:
        try:
            session.run(show, realtime=True)
        except DataError as error:
            session.message = str(error)
