"""The walking task for stable-baselines3: environment, controller and reward."""

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
        env: Simulated robots.
        controller: Gait and residual.
        reward: Measures what each step is worth.
        falls: Number of falls so far.

    Args:
        env: Simulated robots.
        controller: Gait and residual.
        weights: Weights of the reward terms.
        seed: Seed of the foot that each robot stands on first.
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
        """Reset every robot and return the observations, (N, num_observations)."""
        ids = np.arange(self.num_envs)
        self.env.reset(ids)
        self.env.stagger()
        proprioception = self.env.sense()
        body = self.controller.measure(proprioception)
        self._state = self.controller.start(body, self._draw_stance(self.num_envs))
        self.reward.reset(ids)
        return self._observe(proprioception, body)

    def step_async(self, actions: NDArray[np.floating]) -> None:
        """Keep the actions (N, action_dim) for the next ``step_wait``."""
        self._actions = actions.astype(np.float64)

    def step_wait(self) -> tuple[Any, Any, Any, list[dict[str, Any]]]:
        """Make one control step and reset the robots whose episode has ended.

        Returns:
            Observations (N, num_observations), rewards (N,), whether each episode has ended (N,),
            and infos. Observations of ended episodes are the first of the next ones.
        """
        last_action = self._state.action
        self._state, targets = self.controller.act(self._state, self._actions)
        before = self._observation
        terminated, truncated = self.env.step(targets)
        self.falls += int(terminated.sum())
        value = self.reward.measure_step(self._state, self._plan, targets, last_action)
        proprioception = self.env.sense()
        body = self.controller.measure(proprioception)
        ended = terminated | truncated
        infos = self._info
        if ended.any():
            infos = list(self._info)
            for i in np.flatnonzero(truncated):
                # The observation before the last step stands for the one after it: the state
                # there would cost a second pass of the controller.
                infos[i] = {"TimeLimit.truncated": True, "terminal_observation": before[i]}
            proprioception, body = self._reset_robots(np.flatnonzero(ended), proprioception, body)
        observation = self._observe(proprioception, body)
        return observation, value.astype(np.float32), ended, infos

    def _observe(self, proprioception: Proprioception, body: BodyPose) -> NDArray[np.float32]:
        self._state, self._observation, self._plan = self.controller.observe(
            self._state,
            proprioception,
            body,
            self.controller.complete(self.env.command),
            self.env.scan(),
            self.env.arms_shift(),
        )
        return self._observation

    def _reset_robots(
        self, ids: NDArray[np.intp], proprioception: Proprioception, body: BodyPose
    ) -> tuple[Proprioception, BodyPose]:
        """Reset the robots ``ids``; return the measurements of all robots after that."""
        self.env.reset(ids)
        fresh = take_rows(self.env.sense(), ids)
        pose = self.controller.measure(fresh)
        self._state = self.controller.restart(self._state, pose, ids, self._draw_stance(len(ids)))
        self.reward.reset(ids)
        return put_rows(proprioception, ids, fresh), put_rows(body, ids, pose)

    def _draw_stance(self, count: int) -> NDArray[np.intp]:
        return np.asarray(self._rng.integers(0, 2, count), dtype=np.intp)

    def close(self) -> None:
        """Do nothing: the physics' threads end with the batch."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Return the attribute, which is the same for every robot."""
        return [getattr(self, attr_name, None)] * len(self._indices(indices))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Raise NotImplementedError: the robots share their attributes."""
        raise NotImplementedError(f"{attr_name} can't be set for single robots: they share it")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> Any:
        """Raise NotImplementedError: single robots have no methods."""
        raise NotImplementedError(f"single robots have no method {method_name}")

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Return False for each robot: nothing is wrapped."""
        return [False] * len(self._indices(indices))

    def _indices(self, indices: Any) -> Sequence[int]:
        return range(self.num_envs) if indices is None else np.atleast_1d(indices).tolist()
