"""Random displacements of a robot and random places of its hands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply
from drive2walk.teleop.scripts.motion.axes import AHEAD, LEFT, quat_from_yaw

# Changes a world at its reset with random numbers, and returns whether the state is possible.
Mishap = Callable[[TaskWorld, Generator], bool]

# Largest displacement of a base along each axis, in metres, and its largest turn.
OFF_M, OFF_RAD = 0.1, np.radians(10)
# Where hands may be: ahead of the pelvis and to its side, in metres.
HAND_X_M, HAND_Y_M = (0.15, 0.42), (0.08, 0.40)
# Largest turn of a hand about each axis.
HAND_TURN_RAD = 0.5


def draw_offsets(rng: Generator) -> Array:
    """Return a displacement of a base: x and y in metres and yaw in radians, (3,)."""
    low = np.array([-OFF_M, -OFF_M, -OFF_RAD])
    offsets: Array = rng.uniform(low, -low)
    return offsets


def draw_hands(rng: Generator, height_m: tuple[float, float]) -> tuple[list[Pose], Array]:
    """Return random poses of both hands, levelled base frame, and how far each closes, (2,).

    Args:
        rng: Source of randomness.
        height_m: Lowest and highest height of the hands above the pelvis, in metres.
    """
    hands = []
    for side in (1.0, -1.0):
        x, y, z = (float(rng.uniform(*r)) for r in (HAND_X_M, HAND_Y_M, height_m))
        yaw, pitch, roll = rng.uniform(-HAND_TURN_RAD, HAND_TURN_RAD, 3)
        tilt = quat_multiply(
            quat_from_axis_angle(LEFT, np.array(pitch)), quat_from_axis_angle(AHEAD, np.array(roll))
        )
        quat = quat_multiply(quat_from_yaw(float(yaw)), tilt)
        hands.append(Pose(np.array([x, side * y, z]), quat))
    return hands, rng.integers(2, size=2).astype(float)
