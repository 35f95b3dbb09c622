"""The walking task as stable-baselines3 sees it: the environment, the controller and rewards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.locomotion.estimation.body_pose import BodyPose
from drive2walk.locomotion.policy.observations import OBSERVATION_LIMIT
from drive2walk.locomotion.policy.residual import ACTION_LIMIT
from drive2walk.locomotion.training.reward_terms import RewardMeter
from drive2walk.locomotion.training.rewards import RewardWeights
from drive2walk.locomotion.walking.batched_state import put_rows, take_rows
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception


class WalkingVecEnv(VecEnv):
    """N robots that walk by the gait plus the policy's residual.

    Attributes:
        reward: what their steps are worth.
        falls: so far.
    """

    def __init__(
        self, env: WalkingEnv, controller: WalkingController, weights: RewardWeights, seed: int
    ) -> None:
        limit = OBSERVATION_LIMIT
        observations, actions = len(controller.columns), controller.residual.action_dim
        super().__init__(
            env.num_envs,
            gymnasium.spaces.Box(-limit, limit, (observations,), np.float32),
            gymnasium.spaces.Box(-ACTION_LIMIT, ACTION_LIMIT, (actions,), np.float32),
        )
        self.env = env
        self.controller = controller
        self.reward = RewardMeter(env, controller, weights)
        self._rng = np.random.default_rng(seed)
        self._info: list[dict[str, Any]] = [{} for _ in range(env.num_envs)]
        self._actions = np.zeros((env.num_envs, actions))
        self.falls = 0

    def reset(self) -> NDArray[np.float32]:
        """Start every robot anew and return the observations."""
        ids = np.arange(self.num_envs)
        self.env.reset(ids)
        self.env.stagger()
        felt = self.env.sense()
        body = self.controller.measure(felt)
        self._state = self.controller.start(body, self._draw_stance(self.num_envs))
        self.reward.restart(ids)
        return self._observe(felt, body)

    def step_async(self, actions: NDArray[np.floating]) -> None:
        """Take the actions for the next ``step_wait``."""
        self._actions = actions.astype(np.float64)

    def step_wait(self) -> tuple[Any, Any, Any, list[dict[str, Any]]]:
        """Return observations, rewards, ended and infos; ended robots have been reset."""
        last_action = self._state.action
        self._state, targets = self.controller.act(self._state, self._actions)
        before = self._observation
        terminated, truncated = self.env.step(targets)
        self.falls += int(terminated.sum())
        value = self.reward.of_step(self._state, self._plan, targets, last_action)
        felt = self.env.sense()
        body = self.controller.measure(felt)
        ended = terminated | truncated
        infos = self._info
        if ended.any():
            infos = list(self._info)
            for i in np.flatnonzero(truncated):
                # The observation before the last step stands for the one after it: the state
                # there would cost a second pass of the controller.
                infos[i] = {"TimeLimit.truncated": True, "terminal_observation": before[i]}
            felt, body = self._restart(np.flatnonzero(ended), felt, body)
        observation = self._observe(felt, body)
        return observation, value.astype(np.float32), ended, infos

    def _observe(self, felt: Proprioception, body: BodyPose) -> NDArray[np.float32]:
        self._state, self._observation, self._plan = self.controller.observe(
            self._state,
            felt,
            body,
            self.controller.complete(self.env.command),
            self.env.scan(),
            self.env.arms_shift(),
        )
        return self._observation

    def _restart(
        self, ids: NDArray[np.intp], felt: Proprioception, body: BodyPose
    ) -> tuple[Proprioception, BodyPose]:
        """Stand the robots ``ids`` up; return what all robots feel and the pose that it means."""
        self.env.reset(ids)
        fresh = take_rows(self.env.sense(), ids)
        pose = self.controller.measure(fresh)
        self._state = self.controller.restart(self._state, pose, ids, self._draw_stance(len(ids)))
        self.reward.restart(ids)
        return put_rows(felt, ids, fresh), put_rows(body, ids, pose)

    def _draw_stance(self, count: int) -> NDArray[np.intp]:
        return np.asarray(self._rng.integers(0, 2, count), dtype=np.intp)

    def close(self) -> None:
        """Nothing to close: the threads end with the batch."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Return the attribute, the same for every robot."""
        return [getattr(self, attr_name, None)] * len(self._indices(indices))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Refuse: the robots share their attributes."""
        raise NotImplementedError(f"the robots share {attr_name}: it can't be set for some")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> Any:
        """Refuse: the robots have no methods of their own."""
        raise NotImplementedError(f"no robot has a method {method_name} of its own")

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Return that nothing is wrapped."""
        return [False] * len(self._indices(indices))

    def _indices(self, indices: Any) -> Sequence[int]:
        return range(self.num_envs) if indices is None else np.atleast_1d(indices).tolist()
