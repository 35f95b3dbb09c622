"""The sensors of many walking robots, read once a control step."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.envs.sensors.delay import Delay
from drive2walk.envs.sensors.encoders import Encoders
from drive2walk.envs.sensors.imu import Imu
from drive2walk.envs.sensors.sensor_errors import IDEAL, SensorConfig, draw_errors
from drive2walk.envs.walking.body import WalkingState, proprioception_of
from drive2walk.robot.attitude_filter import GRAVITY_M_S2, AttitudeFilter
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.geometry.transforms import upright_matrix
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.timing import CONTROL_DT_S

# Keeps the noise apart from the other random numbers of a seed.
NOISE_STREAM = 13


class WalkingSensors:
    """Joint encoders and IMUs of N robots.

    The physics of many robots isn't seen between control steps. So the IMU, at the pelvis, measures
    the change of attitude and of velocity over a control step, which is what one that runs faster
    adds up, and the same attitude filter as in a scene runs at 50 Hz.

    Args:
        config: Sizes of the errors; ideal sensors are exact.
        state: The robots at the start.
        seed: Seed of the errors.
    """

    def __init__(self, config: SensorConfig, state: WalkingState, seed: int) -> None:
        count, joints = state.leg_qpos.shape
        self._config = config
        self._errors = draw_errors(config, joints, seed, (count,))
        rng = np.random.default_rng([seed, NOISE_STREAM])
        self._encoders = Encoders(config, self._errors.encoder_offset, rng)
        self._imu = Imu(config, self._errors, CONTROL_DT_S, rng)
        self._delay = Delay(self._errors.delay_s / CONTROL_DT_S)
        self._attitude = AttitudeFilter.from_rest(self._force_at_rest(state))
        self._last = state
        self._reading = proprioception_of(state)
        if config != IDEAL:
            self._reading = _split(self._delay.push(self._measure(state, state.gyro)), joints)

    @property
    def reading(self) -> Proprioception:
        """The measurements that have arrived."""
        return self._reading

    def update(self, state: WalkingState) -> None:
        """Measure the state one control step after the last one."""
        if self._config == IDEAL:
            self._reading = proprioception_of(state)
            return
        turn, rotation = _find_motion(self._last, state)
        change = _world_velocity(state) - _world_velocity(self._last)
        gyro, force = self._imu.sample(rotation, turn / CONTROL_DT_S, change)
        self._attitude = self._attitude.updated(gyro, force, CONTROL_DT_S)
        self._last = state
        joints = state.leg_qpos.shape[1]
        self._reading = _split(self._delay.push(self._measure(state, gyro)), joints)

    def restart(self, ids: Ids, state: WalkingState) -> None:
        """Begin again for the robots ``ids``, which were put on their feet."""
        if self._config == IDEAL:
            self._reading = proprioception_of(state)
            return
        up, bias = self._attitude.up.copy(), self._attitude.gyro_bias.copy()
        up[ids] = AttitudeFilter.from_rest(self._force_at_rest(state)[ids]).up
        bias[ids] = 0.0
        self._attitude = AttitudeFilter(up, bias)
        self._last = state
        measured = self._measure(state, state.gyro + self._errors.gyro_bias)
        self._delay.restart(measured[ids], ids)
        reading = _join(self._reading)
        reading[ids] = measured[ids]
        self._reading = _split(reading, state.leg_qpos.shape[1])

    def _measure(self, state: WalkingState, gyro: Array) -> Array:
        """Return joint angles and velocities, gravity and angular velocity, one row a robot."""
        exact = not self._config.filters_attitude
        gravity = state.projected_gravity if exact else self._attitude.projected_gravity
        joints = self._encoders.read(state.leg_qpos, state.leg_qvel)
        return np.concatenate([*joints, gravity, gyro], axis=1)

    def _force_at_rest(self, state: WalkingState) -> Array:
        return -GRAVITY_M_S2 * state.projected_gravity + self._errors.accelerometer_bias


def _find_motion(before: WalkingState, after: WalkingState) -> tuple[Array, Array]:
    """Return the turn in the base frame, (N, 3) rad, and the rotation into the world, (N, 3, 3)."""
    old, new = _rotation(before), _rotation(after)
    relative = np.einsum("nji,njk->nik", old, new)
    # Half the antisymmetric part is the axis times the sine of the angle.
    axis = 0.5 * np.stack(
        [
            relative[:, 2, 1] - relative[:, 1, 2],
            relative[:, 0, 2] - relative[:, 2, 0],
            relative[:, 1, 0] - relative[:, 0, 1],
        ],
        axis=1,
    )
    sine = np.minimum(np.sqrt((axis * axis).sum(axis=1, keepdims=True)), 1.0)
    scale = np.where(sine > 0, np.arcsin(sine) / np.maximum(sine, 1e-12), 1.0)
    return scale * axis, new


def _rotation(state: WalkingState) -> Array:
    """Return rotations from the base frame into the world, (N, 3, 3)."""
    sin, cos = np.sin(state.base_yaw_rad), np.cos(state.base_yaw_rad)
    turn = np.zeros((len(sin), 3, 3))
    turn[:, 0, 0] = turn[:, 1, 1] = cos
    turn[:, 0, 1], turn[:, 1, 0] = -sin, sin
    turn[:, 2, 2] = 1.0
    return turn @ upright_matrix(state.projected_gravity)


def _world_velocity(state: WalkingState) -> Array:
    """Return the velocities of the bases in the world, (N, 3) m/s."""
    sin, cos = np.sin(state.base_yaw_rad), np.cos(state.base_yaw_rad)
    x, y, z = state.base_velocity.T
    return np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=1)


def _split(reading: Array, joints: int) -> Proprioception:
    qpos, qvel, gravity, gyro = np.split(reading, [joints, 2 * joints, 2 * joints + 3], axis=1)
    # Between samples the delay shortens the vector a little.
    gravity = gravity / np.sqrt((gravity * gravity).sum(axis=1, keepdims=True))
    return Proprioception(qpos, qvel, gravity, gyro)


def _join(body: Proprioception) -> Array:
    parts = [getattr(body, field.name) for field in dataclasses.fields(body)]
    return np.concatenate(parts, axis=1)
