"""What the policy adds to the gait: joint offsets, a shift of the footprint, a change of pace."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.joint_group import SIDES

# After the leg joints, an action holds the next footprint's shift, forwards and sideways, and the
# pace.
NUM_GAIT_ACTIONS = 3
# Actions beyond this many standard units are cut off.
ACTION_LIMIT = 3.0


@dataclasses.dataclass(frozen=True)
class ResidualParameters:
    """How much an action of 1 changes.

    Attributes:
        joints_rad: one leg's joints, from the hip to the foot.
        placement_m: the next footprint, forwards and sideways.
        pace: the phase's speed, as a share. Who is kicked towards the foot that stands must first
            set down the other, at once: with 1 robots learn to survive kicks in half of the
            samples that they need with 0.1.
        standing_share: how much of the joints' part counts on both feet, where the gait needs less
            correction and exploring would only topple the robot.
    """

    joints_rad: tuple[float, ...] = (0.25, 0.2, 0.12, 0.3, 0.25, 0.2)
    placement_m: float = 0.06
    pace: float = 1.0
    standing_share: float = 0.3

    @property
    def action_dim(self) -> int:
        """How many numbers an action has."""
        return len(SIDES) * len(self.joints_rad) + NUM_GAIT_ACTIONS


@dataclasses.dataclass(frozen=True)
class Residual:
    """An action in physical units, for N robots.

    Attributes:
        joints: added to the leg joint reference, (N, num_leg_joints) rad.
        placement: added to the next footprint, upright frame, (N, 2) m.
        rate: of the phase, 1 is the gait's own, (N,).
    """

    joints: Array
    placement: Array
    rate: Array

    @classmethod
    def of(cls, action: Array, parameters: ResidualParameters) -> Residual:
        """Return what the actions (N, action_dim) of the robot's own left and right mean."""
        bounded = np.clip(action, -ACTION_LIMIT, ACTION_LIMIT)
        joints = bounded[:, :-NUM_GAIT_ACTIONS] * np.tile(parameters.joints_rad, len(SIDES))
        placement = bounded[:, -NUM_GAIT_ACTIONS:-1] * parameters.placement_m
        return cls(joints, placement, 1.0 + parameters.pace * np.clip(action[:, -1], -1, 1))
