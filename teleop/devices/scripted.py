"""The scripted operator as a device: no person, no browser, but the same inputs."""

from __future__ import annotations

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.teleop.devices.device import SceneView
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput
from drive2walk.teleop.scripts.pilot import Pilot, Script
from drive2walk.teleop.scripts.registry import OPERATORS

# Steps at the end in which a done task must stay done.
SETTLE_STEPS = 25


class Scripted:
    """Does one episode of a task: records, works, saves what succeeded and discards the rest.

    Args:
        world: the task, of which the operator sees everything.
    """

    def __init__(self, world: TaskWorld) -> None:
        self._world = world
        self._pilot = Pilot(world)
        self._script: Script = OPERATORS[world.scene["task"]](self._pilot)
        self._steps = 0
        self._working = True
        self._settling = 0
        self.succeeded = False

    def clock(self) -> float:
        """Return the simulated time, s: a slow machine is no stalled operator."""
        return self._world.time_s

    def read(self, scene: SceneView) -> OperatorInput:
        """Return the input of the next control step."""
        self._steps += 1
        if self._steps == 1:
            # Open clutches: a session starts in a hold that ends with a neutral input.
            return OperatorInput(self.clock())
        events = ("record",) if self._steps == 2 else ()
        if self._working:
            self._working = next(self._script, self) is None and not self._world.fallen
        else:
            self._settling += 1
        if self._settling == SETTLE_STEPS:
            self.succeeded = self._world.success() and not self._world.fallen
            events = ("save",) if self.succeeded else ("discard",)
        return self._input(events)

    def close(self) -> None:
        """Nothing is held open."""

    def _input(self, events: tuple[str, ...]) -> OperatorInput:
        pilot = self._pilot
        pilot.advance()
        left, right = (
            HandInput(True, hand.position, hand.quat, float(grasp))
            for hand, grasp in zip(pilot.hands, pilot.grasp, strict=True)
        )
        return OperatorInput(self.clock(), pilot.command, left, right, events)
