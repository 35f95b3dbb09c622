"""A session: one operator moves one robot in one task, 50 control steps a second."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.arms.hand_ik import HandIK
from drive2walk.teleop.console.status import ConsoleStatus, EpisodeRow
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.devices.guarded import GuardedDevice
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput
from drive2walk.teleop.recording.disturbance import Disturbance
from drive2walk.teleop.recording.episode_builder import EpisodeBuilder
from drive2walk.teleop.recording.frame import Intent, make_frame
from drive2walk.teleop.recording.pacer import Pacer


class Session:
    """The control loop of one episode: operator, legs, arms, world and recording.

    Args:
        world: The task.
        controller: Controller of the legs.
        device: The operator's device.
        recorder: Recorder of the episode; without one nothing is recorded.
        limits: Limits of the operator's input.
        clock: Returns seconds; the clock with which the device stamps its inputs.
        disturbance: Noise on what is executed; recorded inputs and goals stay clean.

    Attributes:
        over: Whether the operator has saved or discarded the episode.
        saved: Index of the saved episode, or None.
        message: Message for the operator.
    """

    def __init__(
        self,
        world: TaskWorld,
        controller: WalkingController,
        device: Device,
        recorder: EpisodeBuilder | None = None,
        limits: OperatorLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
        disturbance: Disturbance | None = None,
    ) -> None:
        self.world = world
        self.recorder = recorder
        self._operator = GuardedDevice(device, limits or OperatorLimits(), clock)
        self._clock = clock
        self._disturbance = disturbance
        self._rate_hz = 1 / CONTROL_DT_S
        self._body = world.proprioception()
        self._legs = WalkingLegs(controller, self._body)
        self._arms = HandIK(world.spec)
        self._arms.reset(world.upper_targets)
        self._height_m = controller.gait.parameters.height_m
        self._paused = self._taken_over = False
        self.message = ""
        self.saved: int | None = None
        self.over = False

    def step(self) -> None:
        """Read the operator, move the robot by one control step, and record it.

        Raises:
            DataError: The episode can't be saved. It is kept, and the session can go on.
        """
        given = self._with_height(self._operator.read().input)
        self._handle_events(given.events)
        if self.over:
            return
        self._report_takeover(given)
        base, hands = self._disturb(given.base)
        legs = self._legs.step(self._body, base, self._arms.mass_shift)
        upper = self._arms.step((given.left, given.right), self._body.projected_gravity, hands)
        targets = np.concatenate([legs, upper]), self._finger_targets(given)
        recorder = self._active_recorder()
        intent = Intent(given, self._arms.goals)
        frame = make_frame(self.world, self._body, targets, intent) if recorder else {}
        self.world.step(*targets)
        if recorder:
            recorder.add(frame | {"sim.ctrl": self.world.data.ctrl.copy()})
        self._body = self.world.proprioception()

    def run(self, watch: Callable[[Session], None], *, realtime: bool) -> None:
        """Step until the operator has saved or discarded the episode.

        Args:
            watch: Called after each step.
            realtime: Whether to keep to 50 steps a second; otherwise the session runs as fast as
                this machine can.

        Raises:
            DataError: The episode can't be saved. It is kept, and ``run`` may be called again.
        """
        pacer = Pacer(self._clock, realtime=realtime)
        while not self.over:
            self.step()
            watch(self)
            pacer.wait()
            self._rate_hz = pacer.rate_hz

    def status(self, episodes: tuple[EpisodeRow, ...] = ()) -> ConsoleStatus:
        """Return the status that the operator sees.

        Args:
            episodes: Episodes in the dataset, oldest first.
        """
        guarded, recorder = self._operator.state, self.recorder
        left, right = guarded.input.left, guarded.input.right
        return ConsoleStatus(
            task=self.world.task_text,
            recording=recorder is not None and recorder.recording,
            hold=guarded.hold,
            clutches=(left.clutch, right.clutch),
            grasps=(left.grasp, right.grasp),
            episodes=episodes,
            message="the robot fell" if self.world.fallen else self.message,
            loop_hz=self._rate_hz,
            height_m=self._legs.height_m,
            speed_m_s=self._legs.forward_speed_m_s,
            recorded_s=recorder.length * CONTROL_DT_S if recorder is not None else 0.0,
        )

    def _handle_events(self, events: tuple[str, ...]) -> None:
        recorder = self.recorder
        if recorder is None:
            self.over = "save" in events or "discard" in events
            return
        if "record" in events and not recorder.recording:
            world = self.world
            recorder.begin(world.task_text, world.scene, world.state(), world.model)
            self._paused = False
            self.message = "recording"
        if "save" in events and recorder.recording and recorder.length:
            self.saved = recorder.save()
            self.message = f"saved episode {self.saved}"
            self.over = True
        if "discard" in events:
            recorder.discard()
            self.message = "discarded"
            self.over = True

    def _report_takeover(self, given: OperatorInput) -> None:
        if given.intervention != self._taken_over and self._operator.state.hold is None:
            self._taken_over = given.intervention
            self.message = "taken over from the policy" if self._taken_over else "handed back"

    def _disturb(self, base: Array) -> tuple[Array, Array | None]:
        """Return the base command (4,) and the hands' displacements (2, 3) m to be executed."""
        noise = self._disturbance
        if noise is None or self._operator.state.hold is not None:
            return base, None
        noise.advance()
        return base + noise.base, noise.hands

    def _finger_targets(self, given: OperatorInput) -> Array:
        fingers = self.world.spec.fingers
        if fingers is None:
            return np.zeros(0)
        return fingers.targets(np.array([given.left.grasp, given.right.grasp]))

    def _with_height(self, given: OperatorInput) -> OperatorInput:
        """Return the input with the last commanded height where it leaves the height unchanged."""
        if not np.isnan(given.base[3]):
            self._height_m = float(given.base[3])
        return dataclasses.replace(given, base=np.append(given.base[:3], self._height_m))

    def _active_recorder(self) -> EpisodeBuilder | None:
        """Return the recorder if this control step is to be recorded, so not in a hold."""
        recorder = self.recorder
        if recorder is None or not recorder.recording:
            return None
        paused, self._paused = self._paused, self._operator.state.hold is not None
        if self._paused:
            return None
        if paused:
            recorder.resume(self.world.state())
        return recorder
