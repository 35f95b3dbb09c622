"""The view from the stance foot: what the policy knows as left and right.

A robot on its right foot is the mirror image of one on its left. Showing the policy the mirror
image halves what it must learn and makes it exactly symmetric.
"""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.policy.residual import NUM_GAIT_ACTIONS
from drive2walk.robot.geometry.arrays import Array, Ids

# Signs under a mirror in the sagittal plane.
VECTOR_SIGNS = (1.0, -1.0, 1.0)
TURN_SIGNS = (-1.0, 1.0, -1.0)
POINT_SIGNS = (1.0, -1.0)
# vx, vy, wz of a command or a mean velocity.
PLANAR_SIGNS = (1.0, -1.0, -1.0)
# Shift of the footprint, forwards and sideways, and pace.
GAIT_ACTION_SIGNS = (1.0, -1.0, 1.0)


def swap_sides(values: Array, stance: Ids) -> Array:
    """Return values of both sides, (N, 2k), as (stance, swing) instead of (left, right).

    Its own inverse.

    Args:
        values: The left side's k values, then the right side's.
        stance: Foot that stands, 0 left or 1 right, (N,).
    """
    sides = values.reshape(len(values), 2, -1)
    seen: Array = np.where(stance[:, None, None] == 1, sides[:, ::-1], sides)
    return seen.reshape(len(values), -1)


def action_signs(leg_signs: Array) -> Array:
    """Return the signs of an action under a mirror, (action_dim,).

    Args:
        leg_signs: Signs of a leg's joints, as ``LegKinematics.mirror_signs``, (joints,).
    """
    return np.array([*leg_signs, *leg_signs, *GAIT_ACTION_SIGNS])


def mirror_action(action: Array, stance: Ids, signs: Array) -> Array:
    """Return actions of the robot's own view for those of the stance foot's; its own inverse.

    Args:
        action: Both legs' joints, then the gait's actions, (N, action_dim).
        stance: Foot that stands, 0 left or 1 right, (N,).
        signs: Signs of an action under a mirror, from ``action_signs``.
    """
    legs = swap_sides(action[:, :-NUM_GAIT_ACTIONS], stance)
    swapped = np.concatenate([legs, action[:, -NUM_GAIT_ACTIONS:]], axis=1)
    return np.where(stance[:, None] == 1, swapped * signs, swapped)
