"""A policy that does a whole episode without a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.spec import RobotSpec
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.devices.robot_observation import Observe, observe_world
from drive2walk.teleop.devices.scripted import SETTLE_STEPS
from drive2walk.teleop.operator.operator_input import OperatorInput, make_neutral, take_absolutely

# Builds a policy from what it observes with and the robot that it steers.
MakePolicy = Callable[[Observe, RobotSpec], Device]
# A policy that has not finished by now has failed.
TIME_LIMIT_S = 90.0


class PolicyOperator:
    """Lets a policy do one episode: records it, then saves a success or discards a failure.

    The policy itself has only what it observes. Success is read from the simulator here.

    Args:
        world: The task.
        make_policy: Builds the policy.

    Attributes:
        succeeded: Whether the task was done at the end.

    Raises:
        RenderError: This machine can't render.
    """

    def __init__(self, world: TaskWorld, make_policy: MakePolicy) -> None:
        self._world = world
        self._camera, observe = observe_world(world)
        self._policy = make_policy(observe, world.spec)
        self._steps = self._done_steps = 0
        self.succeeded = False

    def clock(self) -> float:
        """Return the simulated time in seconds, so that a slow machine is no stalled operator."""
        return self._world.time_s

    def read(self) -> OperatorInput:
        """Return the policy's input for the next control step."""
        given = self._policy.read() or OperatorInput(self.clock())
        given = dataclasses.replace(take_absolutely(given), time_s=self.clock(), events=())
        self._steps += 1
        if self._steps == 1:
            # A session starts in a hold, which a neutral input ends.
            return make_neutral(given)
        return dataclasses.replace(given, events=self._find_events())

    def close(self) -> None:
        """Free the camera and close the policy."""
        self._policy.close()
        self._camera.close()

    def _find_events(self) -> tuple[str, ...]:
        if self._steps == 2:
            return ("record",)
        world = self._world
        self._done_steps = self._done_steps + 1 if world.success() else 0
        if world.fallen or world.time_s >= TIME_LIMIT_S:
            return ("discard",)
        self.succeeded = self._done_steps == SETTLE_STEPS
        return ("save",) if self.succeeded else ()
