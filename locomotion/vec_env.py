"""The walking task as stable-baselines3 sees it: the environment, the controller and rewards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from envs.walking import WalkingEnv, WalkingState
from locomotion import rewards
from locomotion.balance import lean_rad
from locomotion.command import is_still
from locomotion.controller import WalkingController
from locomotion.feet import over_ground
from locomotion.observations import OBSERVATION_LIMIT
from locomotion.odometry import MEAN_TIME_CONSTANT_S, BodyPose
from locomotion.residual import ACTION_LIMIT
from locomotion.rewards import RewardWeights
from locomotion.rows import put_rows, take_rows
from robot.proprioception import Proprioception
from robot.timing import CONTROL_DT_S

Array = NDArray[np.float64]

# A foot touches the ground when its lowest contact point is this close to it.
CONTACT_HEIGHT_M = 0.004


class WalkingVecEnv(VecEnv):
    """N robots that walk by the gait plus the policy's residual.

    Attributes:
        falls: so far.
        tracking: mean errors of vx, vy (m/s) and wz (rad/s) over the last two seconds.
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
        self.weights = weights
        self._rng = np.random.default_rng(seed)
        kp, kd, torque = (
            controller.spec.per_joint(name)[: controller.spec.num_leg_joints]
            for name in ("kp", "kd", "force_limit")
        )
        self._gains = (kp, kd, torque)
        left = np.array(controller.spec.feet.contact_points)
        self._corners = np.stack([left, left * [1, -1, 1]])
        self._info: list[dict[str, Any]] = [{} for _ in range(env.num_envs)]
        self._actions = np.zeros((env.num_envs, actions))
        self.tracking = np.zeros(3)
        self.falls = 0

    def reset(self) -> NDArray[np.float32]:
        """Start every robot anew and return the observations."""
        ids = np.arange(self.num_envs)
        self.env.reset(ids)
        self.env.stagger()
        felt = self.env.sense()
        body = self.controller.measure(felt)
        self._state = self.controller.start(body, self._draw_stance(self.num_envs))
        self._mean_velocity = np.zeros((self.num_envs, 3))
        self._soles = self._world_soles(self._true_body())
        self._contact = np.ones((self.num_envs, 2), dtype=bool)
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
        value = self._reward(self._true_body(), targets, last_action)
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
        self._mean_velocity[ids] = 0
        self._soles[ids] = self._world_soles(self._true_body(ids), ids)
        self._contact[ids] = True
        return put_rows(felt, ids, fresh), put_rows(body, ids, pose)

    def _true_body(self, ids: Any = slice(None)) -> BodyPose:
        """Return the pose of the robots ``ids`` by sensors that don't err."""
        return self.controller.measure(proprioception_of(self.env.state, ids))

    def _world_soles(self, body: BodyPose, ids: Any = slice(None)) -> Array:
        """Return where the soles of the robots ``ids`` are in the world, whose pose is ``body``."""
        state = self.env.state
        return over_ground(body.soles, state.base_position[ids], state.base_yaw_rad[ids])

    def _draw_stance(self, count: int) -> NDArray[np.intp]:
        return np.asarray(self._rng.integers(0, 2, count), dtype=np.intp)

    def _reward(self, body: BodyPose, targets: Array, last_action: Array) -> Array:
        state, weights, gait = self.env.state, self.weights, self._state.gait
        command = self._state.command
        torque = rewards.joint_torques(targets, state.leg_qpos, state.leg_qvel, self._gains)
        height = -body.soles[np.arange(len(command)), gait.stance, 2]
        parameters = self.controller.gait.parameters
        tilt = state.projected_gravity[:, :2].copy()
        tilt[:, 0] -= np.sin(lean_rad(command[:, 3], parameters))
        action = self._state.action
        return rewards.total(
            {
                **self._tracking_terms(command),
                **self._foot_terms(body),
                "alive": np.ones(len(command)),
                "tilt": rewards.squared(tilt),
                "height": np.square(height - self._plan.height),
                "roll_pitch_rate": rewards.squared(state.gyro[:, :2]),
                "vertical_velocity": np.square(state.base_velocity[:, 2]),
                "action_change": rewards.squared(action - last_action),
                "action": rewards.squared(action),
                "torque": rewards.squared(torque),
                "restless": np.where(is_still(command) & ~gait.standing, 1.0, 0.0),
                "fidget": gait.standing * rewards.squared(state.leg_qvel),
            },
            weights,
        )

    def _foot_terms(self, body: BodyPose) -> dict[str, Array]:
        """Return how well the feet step, and note where they are and what they touch."""
        gait, place = self._state.gait, self._plan.foothold.place
        soles = self._world_soles(body)
        speed = np.linalg.norm(soles - self._soles, axis=2) / CONTROL_DT_S
        contact, uneven, slope = self._ground(body)
        lasting = contact & self._contact
        self._soles, self._contact = soles, contact
        astray = rewards.astray(body.soles, gait.stance, place, gait.phase)
        apart_m, yaw = self.weights.min_separation_m, body.foot_yaw()
        return {
            "slip": rewards.slip(speed, lasting),
            "schedule": rewards.schedule(contact, gait.stance, gait.phase, gait.standing),
            "foothold": np.where(gait.standing, 0.0, astray),
            # Who stands would pay for two feet, and rather step.
            "edge": np.where(gait.standing, 0.0, (uneven * contact).sum(axis=1)),
            "sole_tilt": slope,
            "foot_yaw": rewards.squared(yaw),
            "separation": rewards.closeness(body.soles, yaw, apart_m),
        }

    def _tracking_terms(self, command: Array) -> dict[str, Array]:
        """Return how well the robots follow their commands on average, and note their errors."""
        state = self.env.state
        motion = np.column_stack([state.base_velocity[:, :2], state.base_yaw_rate])
        fresh = CONTROL_DT_S / MEAN_TIME_CONSTANT_S
        self._mean_velocity += fresh * (motion - self._mean_velocity)
        error = self._mean_velocity - command[:, :3]
        self.tracking += 0.01 * (np.abs(error).mean(axis=0) - self.tracking)
        velocity, yaw_rate = error[:, :2], error[:, 2:]
        return {
            "track_velocity": rewards.tracking(velocity, rewards.VELOCITY_VARIANCE),
            "track_velocity_finely": rewards.tracking(velocity, rewards.FINE_VELOCITY_VARIANCE),
            "track_yaw_rate": rewards.tracking(yaw_rate, rewards.YAW_RATE_VARIANCE),
            "track_yaw_rate_finely": rewards.tracking(yaw_rate, rewards.FINE_YAW_RATE_VARIANCE),
        }

    def _ground(self, body: BodyPose) -> tuple[NDArray[np.bool_], Array, Array]:
        """Return which feet touch the ground (N, 2), how uneven it is and how they slope.

        Unevenness is (N, 2) m from the lowest to the highest ground under each foot; of the feet's
        slopes it is the squares' sum, (N,).
        """
        up_in_foot = np.einsum("nsij,ni->nsj", body.legs.rotation, body.upright[:, 2])
        count = len(up_in_foot)
        corners = np.einsum("nsij,skj->nski", body.legs.rotation, self._corners)
        corners += body.legs.position[:, :, None]
        corners = np.einsum("nij,nskj->nski", body.upright, corners).reshape(count, -1, 3)
        ground = self.env.true_ground().height(corners[..., :2])
        uneven = np.ptp(ground.reshape(count, 2, -1), axis=2)
        lowest = (corners[..., 2] - ground).reshape(count, 2, -1).min(axis=2)
        lowest -= self.controller.spec.feet.contact_radius_m
        slope = np.square(up_in_foot[..., :2]).sum(axis=(1, 2))
        return lowest < CONTACT_HEIGHT_M, uneven, slope

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


def proprioception_of(state: WalkingState, ids: Any = slice(None)) -> Proprioception:
    """Return what the robots ``ids`` feel of a walking environment's state."""
    return Proprioception(
        state.leg_qpos[ids], state.leg_qvel[ids], state.projected_gravity[ids], state.gyro[ids]
    )
