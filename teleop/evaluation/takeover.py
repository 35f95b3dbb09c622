"""Takeovers: a script is disturbed at a random moment, and a new one takes over from there."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.operator.operator_input import OperatorInput
from drive2walk.teleop.scripts.mishaps.draw import draw_hands
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script
from drive2walk.teleop.scripts.registry import OPERATORS

# Durations in seconds: of the work before the disturbance, at least and at most; of the
# disturbance; and of the way to each of its goals.
BEFORE_S = {"tote": (2.0, 33.0), "sort": (2.0, 38.0), "leaves": (2.0, 70.0)}
ASTRAY_S, GOAL_S = (2.0, 4.0), 1.0
# A script that gives up this soon has taken over too late.
LATE_S = 0.5
# Heights of the hands' random goals above the pelvis, in metres.
HEIGHT_M = (0.0, 0.35)


class TakeoverOperator:
    """A script whose hands go astray as a bad policy's would, and a second one that takes over.

    Args:
        world: The task. The operators may look at all of it.
        seed: Seed of the moment and the motion of the disturbance.
    """

    def __init__(self, world: TaskWorld, seed: int) -> None:
        self._world = world
        rng = np.random.default_rng([seed, 6])
        task = str(world.scene["task"])
        self._astray_s = float(rng.uniform(*BEFORE_S[task]))
        self._takeover_s = self._astray_s + float(rng.uniform(*ASTRAY_S))

        def work_and_go_astray(pilot: Pilot) -> Script:
            for _ in OPERATORS[task](pilot):
                yield
                if world.time_s >= self._astray_s:
                    break
            yield from go_astray(pilot, rng)

        self._late = False
        self._first = ScriptedOperator(world, work_and_go_astray)
        self._second = ScriptedOperator(world)

    @property
    def succeeded(self) -> bool:
        """Whether the second script has finished the task."""
        return self._second.succeeded

    @property
    def failure(self) -> str:
        """Why the second script gave up, or that it came too late; empty as long as it has not."""
        late = "before the takeover " if self._late else ""
        return late + self._second.failure if self._second.failure else ""

    def clock(self) -> float:
        """Return the simulated time in seconds."""
        return self._world.time_s

    def read(self) -> OperatorInput:
        """Return the input of the script that works now."""
        working = self._first if self._world.time_s < self._takeover_s else self._second
        given = working.read()
        if self._second.failure and self._world.time_s < self._takeover_s + LATE_S:
            self._late = True
        return given

    def close(self) -> None:
        """Do nothing: the device holds nothing open."""


def go_astray(pilot: Pilot, rng: Generator) -> Script:
    """Move both hands to one random goal after another, and open and close them, without end."""
    while True:
        hands, grasps = draw_hands(rng, HEIGHT_M)
        for index, pose in enumerate(hands):
            pilot.aim(index, pose, in_world=False)
        pilot.grasp[:] = grasps
        yield from pilot.wait(GOAL_S)
