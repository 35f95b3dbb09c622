"""What a step of walking is worth: pure functions of what happened, one value for each robot."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array, Bools

# Variances of the tracking terms, (m/s)² and (rad/s)²: the wide one pulls a slow walk up to its
# speed, the narrow one takes out the rest.
VELOCITY_VARIANCE, FINE_VELOCITY_VARIANCE = 0.25, 0.02
YAW_RATE_VARIANCE, FINE_YAW_RATE_VARIANCE = 0.1, 0.01
# A swing foot may touch the ground in the first and last part of its step.
SWING_PHASE = (0.25, 0.8)
# No step is worth less, in units of the scale: a world whose physics fails is a million times worse
# than a fall, and would be all that an update learns from.
LEAST = -100.0
# From here on a swing foot should be over its foothold.
LANDING_PHASE = 0.85


@dataclasses.dataclass(frozen=True)
class RewardWeights:
    """Weights of the reward's terms; penalties are negative.

    Attributes:
        scale: of the whole sum.
        track_velocity, track_velocity_finely: for the mean velocity's error.
        track_yaw_rate, track_yaw_rate_finely: for the mean yaw rate's error.
        alive: for each step.
        tilt: for the squared horizontal part of gravity in the base frame.
        height: for the squared error of the base's height, m².
        roll_pitch_rate: for the squared rates, (rad/s)².
        vertical_velocity: for the squared velocity, (m/s)².
        action_change, action: for the squared actions.
        torque: for the squared joint torques, (N m)².
        slip: for the speed of feet on the ground, m/s.
        schedule: for feet on the ground when the gait says so, −1 to 1.
        restless: for each step of a robot that is told to be still and doesn't stand.
        fidget: for the squared joint velocities of a robot that stands, (rad/s)².
        foothold: for the squared distance of a landing sole from its foothold, m².
        edge: for each metre between the highest and the lowest ground under a foot that touches it.
        sole_tilt: for the squared slope of the soles.
        foot_yaw: for the squared yaw of the feet against the base, rad²; on turned feet a robot
            doesn't come to stand.
        separation: for each metre that the feet are too close.
        min_separation_m: how far apart the soles' centres should be across either foot.
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


def tracking(error: Array, variance: float) -> Array:
    """Return exp(−|e|² / variance) for errors (N, k), (N,)."""
    return np.exp(-np.square(error).sum(axis=1) / variance)


def squared(values: Array) -> Array:
    """Return the sum of squares over (N, ...), (N,)."""
    return np.square(values).reshape(len(values), -1).sum(axis=1)


def slip(sole_speed: Array, contact: Bools) -> Array:
    """Return the speed of the feet that touch the ground, (N, 2) m/s and bools to (N,)."""
    return (sole_speed * contact).sum(axis=1)


def schedule(contact: Bools, stance: NDArray[np.intp], phase: Array, standing: Bools) -> Array:
    """Return how well contacts (N, 2) follow the gait, −1 to 1.

    The stance foot should touch the ground; the swing foot shouldn't, amid its step, unless the
    robot stands on both.
    """
    row = np.arange(len(stance))
    stands = np.where(contact[row, stance], 0.5, -0.5)
    amid = (phase > SWING_PHASE[0]) & (phase < SWING_PHASE[1])
    lifted = np.where(contact[row, 1 - stance], -0.5, 0.5)
    swings = np.where(standing, -lifted, np.where(amid, lifted, 0.5))
    return stands + swings


def astray(soles: Array, stance: NDArray[np.intp], place: Array, phase: Array) -> Array:
    """Return how far landing soles are from where the gait wants them, (N,) m², 0 before.

    The gait looks for even ground; a sole that comes down elsewhere may meet an edge.

    Args:
        soles: the soles' centres, left and right, upright frame, (N, 2, 3) m.
        stance: the foot that stands, 0 left or 1 right, (N,).
        place: of the swing sole, wanted, from the stance sole's centre, (N, 2) m.
        phase: of the step, (N,).
    """
    row = np.arange(len(stance))
    way = soles[row, 1 - stance, :2] - soles[row, stance, :2]
    return np.where(phase > LANDING_PHASE, squared(way - place), 0.0)


def closeness(soles: Array, foot_yaw: Array, min_separation_m: float) -> Array:
    """Return by how much feet are too close, across the nearer one's direction, (N,) m.

    Args:
        soles: the soles' centres, left and right, upright frame, (N, 2, 3) m.
        foot_yaw: of the feet in this frame, (N, 2) rad.
        min_separation_m: how far apart they should be.
    """
    apart = soles[:, 0, :2] - soles[:, 1, :2]
    across = np.cos(foot_yaw) * apart[:, 1:] - np.sin(foot_yaw) * apart[:, :1]
    return np.maximum(min_separation_m - across.min(axis=1), 0.0)


def joint_torques(
    targets: Array, qpos: Array, qvel: Array, gains: tuple[Array, Array, Array]
) -> Array:
    """Return the torques of position actuators (N, k); gains are kp, kd, limit, (k,) each."""
    kp, kd, limit = gains
    return np.clip(kp * (targets - qpos) - kd * qvel, -limit, limit)


def total(terms: dict[str, Array], weights: RewardWeights) -> Array:
    """Return the weighted sum of terms named as the weights, (N,), finite and bounded below."""
    value = sum(getattr(weights, name) * term for name, term in terms.items())
    return weights.scale * np.maximum(np.nan_to_num(value, nan=LEAST), LEAST)
