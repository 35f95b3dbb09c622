"""The palms of both hands, which hold a wide thing from its two sides."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.tasks.task import Pose
from drive2walk.robot.geometry.transforms import quat_multiply, quat_rotate
from drive2walk.teleop.scripts.motion.axes import LEFT, quat_from_yaw
from drive2walk.teleop.scripts.motion.pilot import Pilot

# From the left wrist to the middle of its palm, in metres, and the yaw of the fingers in radians.
# They point inwards, which keeps the wrist's knuckles off the tote.
PALM = np.array([0.128, -0.034, 0.0])
PALM_YAW = -0.15


def aim_palms(pilot: Pilot, grip: Pose, half_width_m: float, *, in_world: bool) -> None:
    """Aim the palms at both sides of ``grip``.

    Args:
        pilot: Moves the hands.
        grip: Middle between the palms; its x axis points where the fingers do.
        half_width_m: Distance of each palm from the middle, in metres.
        in_world: Whether ``grip`` is in the world; otherwise in the levelled base frame.
    """
    for index, side in enumerate((1.0, -1.0)):
        quat = quat_multiply(grip.quat, quat_from_yaw(side * PALM_YAW))
        palm = grip.position + side * half_width_m * quat_rotate(grip.quat, LEFT)
        wrist = palm - quat_rotate(quat, PALM * [1.0, side, 1.0])
        pilot.aim(index, Pose(wrist, quat), in_world=in_world)


def find_palms_middle(pilot: Pilot) -> Pose:
    """Return the middle between the palms as they are commanded, in the world."""
    hands = [pilot.to_world(hand) for hand in pilot.hands]
    palms = [
        hand.position + quat_rotate(hand.quat, PALM * [1.0, side, 1.0])
        for hand, side in zip(hands, (1.0, -1.0), strict=True)
    ]
    return Pose(np.mean(palms, axis=0), quat_multiply(hands[0].quat, quat_from_yaw(-PALM_YAW)))
