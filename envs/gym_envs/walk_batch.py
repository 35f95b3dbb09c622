"""Walking robots with normalised actions, flat observations and a reward."""

from __future__ import annotations

import dataclasses

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from drive2walk.envs.gym_envs.robot_observation import (
    GYRO_LIMIT_RAD_S,
    QPOS_LIMIT_RAD,
    QVEL_LIMIT_RAD_S,
)
from drive2walk.envs.gym_envs.walk_reward import walk_reward
from drive2walk.envs.terrain.kinds import build_terrain
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import training_physics
from drive2walk.robot.geometry.arrays import Array, Bools, Ids
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S

ACTION_SCALE_RAD = 0.5
COMMAND_LIMIT = 2.0
TERRAIN_SEED = 0


class WalkBatch:
    """N walking robots; the walking environments are thin layers over it.

    Args:
        robot: Name of the robot's spec.
        terrain: Name of the ground.
        num_envs: Number of robots.
        num_threads: Threads of the simulation; 0 is one for each core.
        max_episode_steps: Control steps after which an episode is truncated.

    Attributes:
        num_actions: Number of leg joints.
        observation_space: Space of one robot's observation.
        started: Whether ``start`` was called.
    """

    def __init__(
        self, robot: str, terrain: str, num_envs: int, num_threads: int, max_episode_steps: int
    ) -> None:
        self._spec = load_robot(robot)
        self._physics = training_physics(self._spec, build_terrain(terrain, TERRAIN_SEED))
        height = self._spec.standing_height_m
        self._config = dataclasses.replace(
            WalkingConfig(), episode_s=max_episode_steps * CONTROL_DT_S, height_m=(height, height)
        )
        self._num_envs, self._num_threads = num_envs, num_threads
        self._env: WalkingEnv | None = None
        self.num_actions = self._spec.num_leg_joints
        self._home = self._spec.home_qpos[: self.num_actions]
        sizes = {QPOS_LIMIT_RAD: self.num_actions, QVEL_LIMIT_RAD_S: self.num_actions}
        sizes |= {1.0: 3, GYRO_LIMIT_RAD_S: 3, COMMAND_LIMIT: 3}
        self._limit = np.concatenate([np.full(size, limit) for limit, size in sizes.items()])
        limit = self._limit.astype(np.float32)
        self.observation_space = spaces.Box(-limit, limit, dtype=np.float32)

    @property
    def started(self) -> bool:
        """Whether ``start`` was called."""
        return self._env is not None

    def start(self, seed: int) -> None:
        """Begin the episodes of all robots with new random numbers."""
        self._env = WalkingEnv(
            self._spec,
            self._physics,
            self._config,
            self._num_envs,
            num_threads=self._num_threads,
            seed=seed,
        )

    def reset(self, ids: Ids) -> None:
        """Begin new episodes of the robots ``ids``."""
        self._running_env().reset(ids)

    def observe(self) -> NDArray[np.float32]:
        """Return the observations, (N, 2 num_leg_joints + 9)."""
        env = self._running_env()
        body = env.sense()
        parts = (body.joint_qpos, body.joint_qvel, body.projected_gravity, body.gyro)
        values = np.concatenate([*parts, env.command[:, :3]], axis=1)
        return np.clip(values, -self._limit, self._limit).astype(np.float32)

    def step(self, actions: NDArray[np.float32]) -> tuple[Array, Bools, Bools]:
        """Hold the joint targets of the actions for one control step.

        Args:
            actions: Offsets from home in units of 0.5 rad, (N, num_leg_joints).

        Returns:
            Reward, ``terminated`` and ``truncated``, (N,) each.
        """
        env = self._running_env()
        command = env.command[:, :3].copy()
        terminated, truncated = env.step(self._home + ACTION_SCALE_RAD * np.asarray(actions, float))
        state = env.state
        reward = walk_reward(state.base_velocity, state.base_yaw_rate, command, terminated)
        return reward, terminated, truncated

    def _running_env(self) -> WalkingEnv:
        if self._env is None:
            raise RuntimeError("the environment was not reset. Call reset() first.")
        return self._env
