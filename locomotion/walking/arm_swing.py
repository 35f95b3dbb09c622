"""Arm swing: what waist and arms do while only the legs are commanded."""

from __future__ import annotations

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.spec import RobotSpec


class ArmSwing:
    """Holds waist and arms at home and swings each arm with the opposite leg.

    Args:
        spec: The robot.
        swing: Shoulder pitch for each radian that the opposite hip pitches.
    """

    def __init__(self, spec: RobotSpec, swing: float = 0.35) -> None:
        legs, left, right = spec.num_leg_joints, *spec.naming.sides
        self._home = spec.home_qpos[legs:]
        self._leg_home = spec.home_qpos[:legs]
        upper = [name.lower() for name in spec.upper_joint_names]
        lower = [name.lower() for name in spec.leg_joint_names]
        self._shoulders = [_find(upper, side, "shoulder_pitch") for side in (left, right)]
        self._opposite_hips = [_find(lower, side, "hip_pitch") for side in (right, left)]
        self._swing = swing

    def targets(self, leg_qpos: Array) -> Array:
        """Return targets (num_upper_joints,) in radians for leg angles (num_leg_joints,)."""
        targets = self._home.copy()
        hips = leg_qpos[self._opposite_hips] - self._leg_home[self._opposite_hips]
        targets[self._shoulders] += self._swing * hips
        return targets


def _find(names: list[str], side: str, joint: str) -> int:
    return next(k for k, name in enumerate(names) if f"{side}_{joint}".lower() in name)
