"""Joint encoders with constant and random errors."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.sensors.sensor_errors import SensorConfig
from drive2walk.robot.geometry.arrays import Array


class Encoders:
    """The encoders of one robot, or of N robots.

    Args:
        config: Sizes of the random errors.
        offset: Constant errors of the joint angles, (num_joints,) or (N, num_joints) rad.
        rng: Source of the random errors.
    """

    def __init__(self, config: SensorConfig, offset: Array, rng: np.random.Generator) -> None:
        self._config, self._offset, self._rng = config, offset, rng

    def read(self, qpos: Array, qvel: Array) -> tuple[Array, Array]:
        """Return measured joint angles in rad and velocities in rad/s for the true ones.

        Args:
            qpos: True joint angles, (num_joints,) or (N, num_joints) rad.
            qvel: True joint velocities, like ``qpos``, rad/s.
        """
        config = self._config
        angles = qpos + self._offset + self._draw_noise(config.encoder_noise_rad, qpos.shape)
        return angles, qvel + self._draw_noise(config.encoder_rate_noise_rad_s, qvel.shape)

    def _draw_noise(self, bound: float, shape: tuple[int, ...]) -> Array:
        return self._rng.uniform(-bound, bound, shape)
