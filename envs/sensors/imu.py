"""An inertial measurement unit: gyro and accelerometer with bias and noise.

Both report means over the time since the last sample, as sensors do that integrate internally.
The mean specific force is the change of velocity, so it holds foot strikes exactly, without a lag
and without a sensor in the model.
"""

from __future__ import annotations

import numpy as np

from drive2walk.envs.sensors.sensor_errors import SensorConfig, SensorErrors
from drive2walk.robot.attitude_filter import GRAVITY_M_S2
from drive2walk.robot.geometry.arrays import Array

# Rate of the samples that a config's noise is for.
NOISE_RATE_HZ = 250.0


class Imu:
    """The unit of one robot, or of N robots with a leading axis N in every array.

    Args:
        config: Sizes of the noise.
        errors: Constant errors.
        dt: Time between samples, in seconds.
        rng: Source of the noise.
    """

    def __init__(
        self, config: SensorConfig, errors: SensorErrors, dt: float, rng: np.random.Generator
    ) -> None:
        self._errors, self._dt, self._rng = errors, dt, rng
        # The mean of more noise is less of it.
        scale = 1 / np.sqrt(dt * NOISE_RATE_HZ)
        self._gyro_noise = scale * config.gyro_noise_rad_s
        self._force_noise = scale * config.accelerometer_noise_m_s2

    def sample(self, rotation: Array, gyro: Array, velocity_change: Array) -> tuple[Array, Array]:
        """Return the measured angular velocity (3,) rad/s and specific force (3,) m/s².

        Args:
            rotation: Rotation from the base frame into the world, (3, 3).
            gyro: True angular velocity in the base frame, (3,) rad/s.
            velocity_change: Change of the unit's velocity since the last sample, in the world,
                (3,) m/s.
        """
        acceleration = velocity_change / self._dt
        acceleration[..., 2] += GRAVITY_M_S2
        force = np.einsum("...ji,...j->...i", rotation, acceleration)
        noise = self._rng.standard_normal((2, *gyro.shape))
        return (
            gyro + self._errors.gyro_bias + self._gyro_noise * noise[0],
            force + self._errors.accelerometer_bias + self._force_noise * noise[1],
        )
