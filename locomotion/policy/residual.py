"""What the policy adds to the gait: joint offsets, a shift of the footprint, a change of pace."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.experiment.config import was
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound
from drive2walk.robot.joints.joint_group import SIDES

# After the leg joints, an action holds the next footprint's shift, forwards and sideways, and the
# pace.
NUM_GAIT_ACTIONS = 3
# Actions beyond this many standard units are clipped.
ACTION_LIMIT = 3.0


@dataclasses.dataclass(frozen=True)
class ResidualParameters:
    """How much an action of 1 changes.

    Attributes:
        joints_rad: Offsets of one leg's joints, from the hip to the foot.
        placement_m: Shift of the next footprint, forwards and sideways, in metres.
        pace: Change of the phase's speed, relative to the gait's own. A robot that is pushed
            towards its stance foot must set down the other one at once: with 1 robots learn to
            survive pushes in half of the samples that they need with 0.1.
        standing_scale: Scale of the joint offsets while both feet stand, where the gait needs
            less correction and exploration would only topple the robot.
    """

    joints_rad: tuple[float, ...] = (0.25, 0.2, 0.12, 0.3, 0.25, 0.2)
    placement_m: float = 0.06
    pace: float = 1.0
    standing_scale: float = dataclasses.field(default=0.3, metadata=was("standing_share"))

    @property
    def action_dim(self) -> int:
        """Number of values in an action."""
        return len(SIDES) * len(self.joints_rad) + NUM_GAIT_ACTIONS


@dataclasses.dataclass(frozen=True)
class Residual:
    """An action in physical units, for N robots.

    Attributes:
        joints: Addition to the leg joint reference, (N, num_leg_joints) rad.
        placement: Addition to the next footprint, upright frame, (N, 2) m.
        pace: Speed of the phase relative to the gait's own, (N,).
    """

    joints: Array
    placement: Array
    pace: Array

    @classmethod
    def from_action(cls, action: Array, parameters: ResidualParameters) -> Residual:
        """Return what actions (N, action_dim) of the robot's own left and right mean."""
        bounded = bound(action, -ACTION_LIMIT, ACTION_LIMIT)
        joints = bounded[:, :-NUM_GAIT_ACTIONS] * np.array(parameters.joints_rad * len(SIDES))
        placement = bounded[:, -NUM_GAIT_ACTIONS:-1] * parameters.placement_m
        change = bound(action[:, -1], -1.0, 1.0)
        return cls(joints, placement, 1.0 + parameters.pace * change)
