"""Reward terms of walking: pure functions that return one value for each of N robots."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array, Bools

# Variances of the tracking terms, (m/s)² and (rad/s)². The wide ones still pull on a robot that
# is far too slow, the narrow ones take out the rest.
VELOCITY_VARIANCE, FINE_VELOCITY_VARIANCE = 0.25, 0.02
YAW_RATE_VARIANCE, FINE_YAW_RATE_VARIANCE = 0.1, 0.01
# Range of the step's phase in which the swing foot must not touch the ground.
SWING_PHASE = (0.25, 0.8)
# Phase of the step from which on the swing foot should be over its foothold.
LANDING_PHASE = 0.85
# Smallest sum of all terms. A world whose physics fails is a million times worse than a fall, and
# would be all that an update learns from.
MIN_TOTAL = -100.0


@dataclasses.dataclass(frozen=True)
class RewardWeights:
    """Weights of the reward terms; penalties are negative.

    Attributes:
        scale: Factor of the whole sum.
        track_velocity, track_velocity_finely: Tracking of the commanded mean velocity, 0 to 1.
        track_yaw_rate, track_yaw_rate_finely: Tracking of the commanded mean yaw rate, 0 to 1.
        alive: Each step.
        tilt: Squared horizontal part of gravity's unit vector in the base frame, less the lean of
            the gait.
        height: Squared error of the base's height, in m².
        roll_pitch_rate: Squared roll and pitch rates, in (rad/s)².
        vertical_velocity: Squared vertical velocity of the base, in (m/s)².
        action_change: Squared change of the action from step to step.
        action: Squared action.
        torque: Squared joint torques, in (N m)².
        slip: Speed of feet on the ground, in m/s.
        schedule: Agreement of the feet's contacts with the gait, −1 to 1.
        restless: Each step of a robot that steps although its command is to be still.
        fidget: Squared joint velocities of a standing robot, in (rad/s)².
        foothold: Squared distance of a landing sole from its foothold, in m².
        edge: Difference between the highest and the lowest ground under the feet that touch it,
            in metres.
        sole_tilt: Squared slope of the soles.
        foot_yaw: Squared yaw of the feet against the base, in rad². With turned feet a robot
            doesn't come to stand.
        separation: Distance by which the feet are too close, in metres.
        min_separation_m: Distance that the soles' centres should keep, across either foot, in
            metres.
    """

    scale: float = 0.05
    track_velocity: float = 1.5
    track_velocity_finely: float = 1.0
    track_yaw_rate: float = 0.5
    track_yaw_rate_finely: float = 0.5
    alive: float = 0.5
    tilt: float = -2.0
    height: float = -10.0
    roll_pitch_rate: float = -0.03
    vertical_velocity: float = -0.3
    action_change: float = -0.01
    action: float = -0.01
    torque: float = -2e-5
    slip: float = -0.2
    schedule: float = 0.5
    restless: float = 0.0
    fidget: float = -0.01
    foothold: float = 0.0
    edge: float = -10.0
    sole_tilt: float = -0.5
    foot_yaw: float = 0.0
    separation: float = -10.0
    min_separation_m: float = 0.16


def score_tracking(error: Array, variance: float) -> Array:
    """Return exp(−|e|² / variance) of errors e (N, k), (N,)."""
    return np.exp(-np.square(error).sum(axis=1) / variance)


def sum_squares(values: Array) -> Array:
    """Return the sum of squares of each robot's values (N, ...), (N,)."""
    return np.square(values).reshape(len(values), -1).sum(axis=1)


def sum_slip(sole_speed: Array, contact: Bools) -> Array:
    """Return the speed of the feet on the ground, (N,) m/s.

    Args:
        sole_speed: Speed of each sole, (N, 2) m/s.
        contact: Whether each foot touches the ground, (N, 2).
    """
    return (sole_speed * contact).sum(axis=1)


def score_contacts(
    contact: Bools, stance: NDArray[np.intp], phase: Array, standing: Bools
) -> Array:
    """Return how well contacts follow the gait, −1 to 1, (N,).

    The stance foot should touch the ground. The swing foot shouldn't in the middle of its step,
    unless the robot stands on both feet.

    Args:
        contact: Whether each foot touches the ground, (N, 2).
        stance: Stance foot, 0 left or 1 right, (N,).
        phase: Phase of the step, 0 to 1, (N,).
        standing: Whether the robot stands on both feet, (N,).
    """
    row = np.arange(len(stance))
    stance_score = np.where(contact[row, stance], 0.5, -0.5)
    in_swing = (phase > SWING_PHASE[0]) & (phase < SWING_PHASE[1])
    lifted = np.where(contact[row, 1 - stance], -0.5, 0.5)
    swing_score = np.where(standing, -lifted, np.where(in_swing, lifted, 0.5))
    return stance_score + swing_score


def square_foothold_error(
    soles: Array, stance: NDArray[np.intp], place: Array, phase: Array
) -> Array:
    """Return the squared distance of landing soles from their footholds, (N,) m²; 0 before.

    The gait looks for even ground; a sole that comes down elsewhere may meet an edge.

    Args:
        soles: Centres of the soles, left and right, upright frame, (N, 2, 3) m.
        stance: Stance foot, 0 left or 1 right, (N,).
        place: Foothold of the swing sole, from the stance sole's centre, (N, 2) m.
        phase: Phase of the step, 0 to 1, (N,).
    """
    row = np.arange(len(stance))
    actual = soles[row, 1 - stance, :2] - soles[row, stance, :2]
    return np.where(phase > LANDING_PHASE, sum_squares(actual - place), 0.0)


def measure_missing_separation(soles: Array, foot_yaw: Array, min_separation_m: float) -> Array:
    """Return the distance by which feet are too close, (N,) m.

    It is measured across each foot's direction; the smaller separation counts.

    Args:
        soles: Centres of the soles, left and right, upright frame, (N, 2, 3) m.
        foot_yaw: Yaw of the feet in this frame, (N, 2) rad.
        min_separation_m: Distance that they should keep, in metres.
    """
    apart = soles[:, 0, :2] - soles[:, 1, :2]
    across = np.cos(foot_yaw) * apart[:, 1:] - np.sin(foot_yaw) * apart[:, :1]
    return np.maximum(min_separation_m - across.min(axis=1), 0.0)


def compute_joint_torques(
    targets: Array, qpos: Array, qvel: Array, gains: tuple[Array, Array, Array]
) -> Array:
    """Return the torques of position actuators, (N, k) N m.

    Args:
        targets: Joint targets, (N, k) rad.
        qpos: Joint positions, (N, k) rad.
        qvel: Joint velocities, (N, k) rad/s.
        gains: Stiffness in N m/rad, damping in N m s/rad and torque limit in N m, (k,) each.
    """
    stiffness, damping, limit = gains
    return np.clip(stiffness * (targets - qpos) - damping * qvel, -limit, limit)


def sum_terms(terms: dict[str, Array], weights: RewardWeights) -> Array:
    """Return the weighted sum of terms (N,), finite and bounded below, (N,).

    Args:
        terms: Terms by the names of their weights.
        weights: Weights.
    """
    value = sum(getattr(weights, name) * term for name, term in terms.items())
    return weights.scale * np.maximum(np.nan_to_num(value, nan=MIN_TOTAL), MIN_TOTAL)
