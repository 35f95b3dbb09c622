"""A Gymnasium vector environment: many walking robots in MuJoCo's native batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from drive2walk.envs.gym_envs.robot_observation import symmetric_box
from drive2walk.envs.gym_envs.walk_batch import WalkBatch
from drive2walk.robot.timing import CONTROL_DT_S


class WalkVectorEnv(VectorEnv[NDArray[np.float32], NDArray[np.float32], NDArray[Any]]):
    """N robots of ``WalkEnv``, with its action, observation and reward.

    A robot whose episode ended is reset in the next step, whose action is ignored and whose reward
    is 0 (Gymnasium's ``AutoresetMode.NEXT_STEP``). The simulation uses all cores.

    Args:
        num_envs: Number of robots.
        robot: Name of the robot's spec.
        terrain: Name of the ground, as in ``envs/terrain/kinds.py``.
        max_episode_steps: Control steps after which an episode is truncated.
        num_threads: Threads of the simulation; 0 is one for each core.
        render_mode: None; this environment doesn't render.
    """

    metadata = {  # noqa: RUF012 - Gymnasium declares it as an instance's
        "render_modes": [],
        "render_fps": round(1 / CONTROL_DT_S),
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(
        self,
        num_envs: int = 1,
        robot: str = "unitree_g1",
        terrain: str = "flat",
        *,
        max_episode_steps: int = 1000,
        num_threads: int = 0,
        render_mode: str | None = None,
    ) -> None:
        self.num_envs = num_envs
        self.render_mode = render_mode
        self._batch = WalkBatch(robot, terrain, num_envs, num_threads, max_episode_steps)
        self.single_action_space = symmetric_box(1.0, self._batch.num_actions)
        self.single_observation_space = self._batch.observation_space
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self._ended = np.zeros(num_envs, dtype=bool)

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begin new episodes of all robots; one seed, or one for each robot, fixes them."""
        if isinstance(seed, Sequence):
            given = [value for value in seed if value is not None]
            seed = int(np.random.SeedSequence(given).generate_state(1)[0]) if given else None
        super().reset(seed=seed)
        if seed is not None or not self._batch.started:
            self._batch.start(int(self.np_random.integers(2**31)))
        else:
            self._batch.reset(np.arange(self.num_envs))
        self._ended[:] = False
        return self._batch.observe(), {}

    def step(
        self, actions: NDArray[np.float32]
    ) -> tuple[
        NDArray[np.float32],
        NDArray[np.float64],
        NDArray[np.bool_],
        NDArray[np.bool_],
        dict[str, Any],
    ]:
        """Hold the joint targets of the actions (N, num_leg_joints) for one control step."""
        reward, terminated, truncated = self._batch.step(actions)
        begun = self._ended
        if begun.any():
            self._batch.reset(np.flatnonzero(begun))
            reward[begun] = 0.0
            terminated, truncated = terminated & ~begun, truncated & ~begun
        self._ended = terminated | truncated
        return self._batch.observe(), reward, terminated, truncated, {}
