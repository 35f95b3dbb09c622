"""A hand on its way to a goal, at limited speed."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.envs.tasks.task import Pose
from drive2walk.robot.geometry.transforms import (
    quat_conjugate,
    quat_from_axis_angle,
    quat_multiply,
)
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.scripts.motion.manner import Manner


@dataclasses.dataclass(frozen=True)
class GuidedHand:
    """A hand's commanded pose and its goal.

    Attributes:
        commanded: Pose that is commanded now.
        goal: Pose that will be commanded in the end.
        in_world: Whether both are in the world; otherwise in the levelled base frame.
    """

    commanded: Pose
    goal: Pose
    in_world: bool

    def advance(self, manner: Manner) -> GuidedHand:
        """Return the hand one control step nearer to its goal."""
        commanded = _move_towards(self.commanded, self.goal, manner)
        return dataclasses.replace(self, commanded=commanded)


def _move_towards(pose: Pose, goal: Pose, manner: Manner) -> Pose:
    """Return a pose moved towards a goal by at most one control step."""
    way = goal.position - pose.position
    reach = manner.hand_m_s * CONTROL_DT_S
    fraction = min(1.0, reach / max(1e-9, float(np.linalg.norm(way))))
    rotation = quat_multiply(goal.quat, quat_conjugate(pose.quat))
    rotation = rotation if rotation[0] >= 0 else -rotation
    sine = float(np.linalg.norm(rotation[1:]))
    angle = min(2 * float(np.arctan2(sine, rotation[0])), manner.hand_rad_s * CONTROL_DT_S)
    axis = rotation[1:] / max(1e-9, sine)
    quat = quat_multiply(quat_from_axis_angle(axis, np.array(angle)), pose.quat)
    return Pose(pose.position + fraction * way, quat / np.linalg.norm(quat))
