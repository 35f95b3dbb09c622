"""The scripted operator as a device: the same inputs without a person or a browser."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.teleop.operator.operator_input import AT_REST, HandInput, OperatorInput
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script
from drive2walk.teleop.scripts.registry import OPERATORS

# Control steps at the end during which a finished task must stay finished.
SETTLE_STEPS = 25


class ScriptedOperator:
    """Does one episode of a task: records it, then saves a success or discards a failure.

    The script begins with the state of the world at the first read, whatever was done before.

    Args:
        world: The task. The operator may look at all of it.
        script: Script of the operator; by default that of the task.

    Attributes:
        succeeded: Whether the task was done at the end.
    """

    def __init__(self, world: TaskWorld, script: Callable[[Pilot], Script] | None = None) -> None:
        self._world = world
        self._operate = script or OPERATORS[world.scene["task"]]
        self._pilot = Pilot(world)
        self._script: Script = iter(())
        self._steps = 0
        self._working = True
        self._settling = 0
        self.succeeded = False

    def clock(self) -> float:
        """Return the simulated time in seconds, so that a slow machine is no stalled operator."""
        return self._world.time_s

    def read(self) -> OperatorInput:
        """Return the input for the next control step."""
        self._steps += 1
        if self._steps == 1:
            self._pilot = Pilot(self._world)
            self._script = self._operate(self._pilot)
            # Open clutches: a session starts in a hold, which a neutral input ends.
            left, right = (HandInput(grasp=float(grasp)) for grasp in self._pilot.grasp)
            return OperatorInput(self.clock(), AT_REST.copy(), left, right)
        events = ("record",) if self._steps == 2 else ()
        if self._working:
            self._working = next(self._script, self) is None and not self._world.fallen
        else:
            self._settling += 1
        if self._settling == SETTLE_STEPS:
            self.succeeded = self._world.success() and not self._world.fallen
            events = ("save",) if self.succeeded else ("discard",)
        return self._build_input(events)

    @property
    def failure(self) -> str:
        """Why the script gave up; empty as long as it has not."""
        return self._pilot.failure

    def close(self) -> None:
        """Do nothing: the device holds nothing open."""

    def _build_input(self, events: tuple[str, ...]) -> OperatorInput:
        pilot = self._pilot
        pilot.advance()
        left, right = (
            HandInput(True, hand.position, hand.quat, float(grasp))
            for hand, grasp in zip(pilot.hands, pilot.grasp, strict=True)
        )
        return OperatorInput(self.clock(), pilot.command, left, right, events)
