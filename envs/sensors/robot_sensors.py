"""The sensors of one robot in a scene, read at every step of the physics."""

from __future__ import annotations

import dataclasses

import mujoco
import numpy as np

from drive2walk.envs.sensors.delay import Delay
from drive2walk.envs.sensors.encoders import Encoders
from drive2walk.envs.sensors.imu import Imu
from drive2walk.envs.sensors.sensor_errors import IDEAL, SensorConfig, SensorErrors
from drive2walk.robot.attitude_filter import AttitudeFilter
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.geometry.transforms import quat_rotate_inverse
from drive2walk.robot.proprioception import Proprioception

DOWN = np.array([0.0, 0.0, -1.0])
# Keeps the noise apart from the other random numbers of a seed.
NOISE_STREAM = 12


@dataclasses.dataclass(frozen=True)
class SensorPlaces:
    """The places of a robot's sensors in the arrays of a model.

    Attributes:
        joint_qpos: Indices of the joint angles in ``qpos``.
        joint_qvel: Indices of the joint velocities in ``qvel``.
        base_qpos: First index of the pelvis in ``qpos``.
        base_qvel: First index of the pelvis in ``qvel``.
        imu_site: Id of the site at the IMU.
    """

    joint_qpos: Ids
    joint_qvel: Ids
    base_qpos: int
    base_qvel: int
    imu_site: int


class RobotSensors:
    """Joint encoders and IMU of one robot; the same seed gives the same noise.

    Args:
        config: Sizes of the errors.
        errors: Constant errors of this robot.
        places: Places of the sensors in the model.
        dt: Time between two steps of the physics, in seconds.
        seed: Seed of the noise.
    """

    def __init__(
        self,
        config: SensorConfig,
        errors: SensorErrors,
        places: SensorPlaces,
        dt: float,
        seed: int,
    ) -> None:
        self._config, self._errors, self._places = config, errors, places
        self._dt, self._seed = dt, seed

    def restart(self, data: mujoco.MjData) -> None:
        """Begin at a state whose kinematics are up to date, with the robot taken as at rest."""
        rng = np.random.default_rng([self._seed, NOISE_STREAM])
        config, errors = self._config, self._errors
        self._encoders = Encoders(config, errors.encoder_offset, rng)
        self._imu = Imu(config, errors, self._dt, rng)
        self._delay = Delay(np.round(errors.delay_s / self._dt))
        rotation = self._rotation(data)
        at = self._places.base_qpos
        offset = data.site_xpos[self._places.imu_site] - data.qpos[at : at + 3]
        self._lever = rotation.T @ offset
        self._velocity = self._imu_velocity(data, rotation)
        _, force = self._imu.sample(rotation, np.zeros(3), np.zeros(3))
        self._attitude = AttitudeFilter.from_rest(force)
        self._reading = self._delay.push(self._measure(data, self._gyro(data)))
        self._gyro_sum, self._samples = self._reading[-3:].copy(), 1

    def begin_step(self) -> None:
        """Begin a control step, over which the gyro is averaged."""
        self._gyro_sum, self._samples = np.zeros(3), 0

    def sample(self, data: mujoco.MjData) -> None:
        """Measure the state after a step of the physics."""
        gyro = self._gyro(data)
        if self._config != IDEAL:  # Ideal sensors are exact without this work.
            rotation = self._rotation(data)
            velocity = self._imu_velocity(data, rotation)
            gyro, force = self._imu.sample(rotation, gyro, velocity - self._velocity)
            self._velocity = velocity
            self._attitude = self._attitude.updated(gyro, force, self._dt)
        self._reading = self._delay.push(self._measure(data, gyro))
        self._gyro_sum += self._reading[-3:]
        self._samples += 1

    def read(self) -> Proprioception:
        """Return the measurements that have arrived.

        The angular velocity is the mean over the control step. Single samples miss the rotation
        during a foot strike, and dead reckoning would drift.
        """
        joints = len(self._places.joint_qpos)
        qpos, qvel, gravity, _ = np.split(self._reading, [joints, 2 * joints, 2 * joints + 3])
        return Proprioception(qpos, qvel, gravity, self._gyro_sum / self._samples)

    def _measure(self, data: mujoco.MjData, gyro: Array) -> Array:
        """Return joint angles and velocities, gravity and angular velocity in one array."""
        places = self._places
        qpos, qvel = data.qpos[places.joint_qpos], data.qvel[places.joint_qvel]
        if self._config.filters_attitude:
            gravity = self._attitude.projected_gravity
        else:
            gravity = quat_rotate_inverse(self._quat(data), DOWN)
        return np.concatenate([*self._encoders.read(qpos, qvel), gravity, gyro])

    def _imu_velocity(self, data: mujoco.MjData, rotation: Array) -> Array:
        """Return the velocity of the IMU in the world, (3,) m/s."""
        at = self._places.base_qvel
        return data.qvel[at : at + 3] + rotation @ np.cross(self._gyro(data), self._lever)

    def _gyro(self, data: mujoco.MjData) -> Array:
        """Return the true angular velocity in the base frame, (3,) rad/s."""
        at = self._places.base_qvel + 3
        return data.qvel[at : at + 3].copy()

    def _quat(self, data: mujoco.MjData) -> Array:
        at = self._places.base_qpos + 3
        return data.qpos[at : at + 4]

    def _rotation(self, data: mujoco.MjData) -> Array:
        """Return the rotation from the base frame into the world, (3, 3)."""
        matrix = np.empty(9)
        mujoco.mju_quat2Mat(matrix, self._quat(data))
        return matrix.reshape(3, 3)
