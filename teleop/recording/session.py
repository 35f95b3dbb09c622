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
from drive2walk.teleop.arms.hand_ik import Retarget
from drive2walk.teleop.console.status import ConsoleStatus, EpisodeRow
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.operator.guard import Guarded, OperatorLimits, guard
from drive2walk.teleop.operator.operator_input import OperatorInput
from drive2walk.teleop.recording.frame import make_frame
from drive2walk.teleop.recording.recorder import Recorder

# Share of the newest step in the control loop's measured rate.
RATE_SMOOTHING = 0.02


class Session:
    """The control loop of one episode: what the operator asks, legs, arms, world, recording.

    ``over`` tells whether the operator has saved or discarded it, ``saved`` its index, and
    ``message`` what the operator shall read.

    Args:
        world: the task.
        controller: walks.
        device: what the operator holds.
        recorder: keeps episodes; without one nothing can be recorded.
        limits: what the operator may ask for.
        clock: seconds, the one that the device stamps its inputs with.
    """

    def __init__(
        self,
        world: TaskWorld,
        controller: WalkingController,
        device: Device,
        recorder: Recorder | None = None,
        limits: OperatorLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world
        self._device = device
        self._recorder = recorder
        self._limits = limits or OperatorLimits()
        self._clock = clock
        self._body = world.proprioception()
        self._legs = WalkingLegs(controller, self._body)
        self._arms = Retarget(world.spec)
        self._guarded = Guarded.start(clock())
        self._height_m = controller.gait.parameters.height_m
        self._paused = False
        self.message = ""
        self._period_s = CONTROL_DT_S
        self.saved: int | None = None
        self.over = False

    def step(self) -> None:
        """Read the operator, move the robot by one control step, keep what happened.

        Raises:
            DataError: the episode can't be saved; it is kept, and the session can go on.
        """
        before = self._guarded
        self._guarded = guard(before, self._device.read(self.world), self._clock(), self._limits)
        asked = self._with_height(self._guarded.input)
        self._obey(asked.events)
        if self.over:
            return
        legs = self._legs.step(self._body, asked.base, self._arms.mass_shift)
        upper = self._arms.step((asked.left, asked.right), self._body.projected_gravity)
        targets = np.concatenate([legs, upper]), self._fingers(asked)
        recorder = self._recording()
        frame = make_frame(self.world, self._body, targets, asked) if recorder else {}
        self.world.step(*targets)
        if recorder:
            recorder.add(frame | {"sim.ctrl": self.world.data.ctrl.copy()})
        self._body = self.world.proprioception()

    def run(self, watch: Callable[[Session], None], *, realtime: bool) -> None:
        """Step until the operator has saved or discarded the episode.

        Args:
            watch: called after each step.
            realtime: keep to 50 steps a second; otherwise as fast as this machine can.
        """
        due_s = began_s = self._clock()
        while not self.over:
            self.step()
            watch(self)
            if realtime:
                # A step late is caught up with; more isn't, for the robot would rush.
                due_s = max(due_s + CONTROL_DT_S, self._clock() - CONTROL_DT_S)
                time.sleep(max(0.0, due_s - self._clock()))
            now_s = self._clock()
            period_s, began_s = now_s - began_s, now_s
            self._period_s += (period_s - self._period_s) * RATE_SMOOTHING

    def status(self, episodes: tuple[EpisodeRow, ...] = ()) -> ConsoleStatus:
        """Return what an operator may want to know now.

        Args:
            episodes: those in the dataset, oldest first.
        """
        asked, recorder = self._guarded.input, self._recorder
        return ConsoleStatus(
            task=self.world.task_text,
            recording=recorder is not None and recorder.recording,
            hold=self._guarded.hold,
            clutches=(asked.left.clutch, asked.right.clutch),
            grasps=(asked.left.grasp, asked.right.grasp),
            episodes=episodes,
            message="the robot fell" if self.world.fallen else self.message,
            loop_hz=1 / self._period_s,
            height_m=self._legs.height_m,
            speed_m_s=self._legs.forward_speed_m_s,
            recorded_s=recorder.length * CONTROL_DT_S if recorder is not None else 0.0,
        )

    def _obey(self, events: tuple[str, ...]) -> None:
        recorder = self._recorder
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

    def _fingers(self, asked: OperatorInput) -> Array:
        fingers = self.world.spec.fingers
        if fingers is None:
            return np.zeros(0)
        return fingers.targets(np.array([asked.left.grasp, asked.right.grasp]))

    def _with_height(self, asked: OperatorInput) -> OperatorInput:
        """Return the input with the last height that was asked for where it asks for none."""
        if not np.isnan(asked.base[3]):
            self._height_m = float(asked.base[3])
        return dataclasses.replace(asked, base=np.append(asked.base[:3], self._height_m))

    def _recording(self) -> Recorder | None:
        """Return the recorder if this control step is to be recorded: not in a hold."""
        recorder = self._recorder
        if recorder is None or not recorder.recording:
            return None
        paused, self._paused = self._paused, self._guarded.hold is not None
        if self._paused:
            return None
        if paused:
            recorder.resume(self.world.state())
        return recorder
