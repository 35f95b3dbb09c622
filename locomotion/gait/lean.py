"""How far the base leans forward, by its height."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.robot.geometry.arrays import Array


def lean_rad(height_m: Array, parameters: GaitParameters) -> Array:
    """Return the forward pitch of the base at these heights, (N,) rad."""
    sunk = np.maximum(parameters.height_m - height_m, 0.0)
    return parameters.pitch_rad + parameters.squat_pitch_rad_m * sunk


def ground_in_base(height_m: Array, parameters: GaitParameters) -> Array:
    """Return the ground's rotation in a base that leans forward at these heights, (N, 3, 3)."""
    pitch = lean_rad(height_m, parameters)
    rotation = np.zeros((len(pitch), 3, 3))
    sin, cos = np.sin(pitch), np.cos(pitch)
    rotation[:, 0, 0], rotation[:, 0, 2] = cos, -sin
    rotation[:, 1, 1] = 1.0
    rotation[:, 2, 0], rotation[:, 2, 2] = sin, cos
    return rotation
