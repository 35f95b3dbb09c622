"""The reward of the walking environments: follow the command and stay up."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Bools

# Squared errors at which a tracking term has fallen to 1/e, as in Rudin et al., "Learning to Walk
# in Minutes Using Massively Parallel Deep Reinforcement Learning", 2021.
VELOCITY_SCALE_M2_S2 = 0.25
YAW_RATE_SCALE_RAD2_S2 = 0.25
YAW_RATE_WEIGHT = 0.5
FALL_PENALTY = 10.0


def velocity_tracking(velocity: Array, command: Array) -> Array:
    """Return exp(-|v - v*|² / 0.25), (N,).

    Args:
        velocity: Base velocities in the upright frame, (N, 2 or 3) m/s.
        command: Commands whose first two columns are vx and vy, (N, k) m/s.
    """
    error = velocity[:, :2] - command[:, :2]
    return np.exp(-(error**2).sum(axis=1) / VELOCITY_SCALE_M2_S2)


def yaw_rate_tracking(yaw_rate: Array, command: Array) -> Array:
    """Return exp(-(ω - ω*)² / 0.25), (N,).

    Args:
        yaw_rate: Yaw rates of the bases, (N,) rad/s.
        command: Commands whose third column is wz, (N, k) rad/s.
    """
    return np.exp(-((yaw_rate - command[:, 2]) ** 2) / YAW_RATE_SCALE_RAD2_S2)


def walk_reward(velocity: Array, yaw_rate: Array, command: Array, fallen: Bools) -> Array:
    """Return velocity tracking + 0.5 yaw rate tracking - 10 for a fall, (N,).

    Args:
        velocity: Base velocities in the upright frame, (N, 2 or 3) m/s.
        yaw_rate: Yaw rates of the bases, (N,) rad/s.
        command: Commands vx, vy, wz, (N, k).
        fallen: Whether each robot has fallen, (N,).
    """
    tracking = velocity_tracking(velocity, command)
    tracking += YAW_RATE_WEIGHT * yaw_rate_tracking(yaw_rate, command)
    return tracking - FALL_PENALTY * fallen
