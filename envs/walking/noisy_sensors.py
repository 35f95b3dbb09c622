"""Joint encoders and IMUs with random errors."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.walking.body import WalkingState
from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception


class NoisySensors:
    """The sensors of N robots; each has constant errors and noise in every measurement.

    Args:
        config: Sizes of the errors.
        num_envs: Number of robots.
        num_joints: Number of leg joints.
        rng: Source of the errors.
    """

    def __init__(
        self, config: RandomizationConfig, num_envs: int, num_joints: int, rng: np.random.Generator
    ) -> None:
        self._config, self._rng = config, rng
        bound = config.encoder_offset_rad
        self._offset = rng.uniform(-bound, bound, (num_envs, num_joints))
        self._mount = rng.uniform(-config.mount_rad, config.mount_rad, (num_envs, 3))

    def read(self, state: WalkingState) -> Proprioception:
        """Return the robots' measurements of ``state``."""
        config = self._config
        gravity = state.projected_gravity
        tilt = self._mount + self._draw_noise(config.tilt_noise_rad, gravity.shape)
        gravity = gravity + np.cross(tilt, gravity)
        gravity = gravity / np.linalg.norm(gravity, axis=1, keepdims=True)
        shape = state.leg_qpos.shape
        return Proprioception(
            state.leg_qpos + self._offset + self._draw_noise(config.joint_noise_rad, shape),
            state.leg_qvel + self._draw_noise(config.joint_rate_noise_rad_s, shape),
            gravity,
            state.gyro + self._draw_noise(config.gyro_noise_rad_s, gravity.shape),
        )

    def _draw_noise(self, bound: float, shape: tuple[int, ...]) -> Array:
        return self._rng.uniform(-bound, bound, shape)
