"""Measures what each step of walking robots was worth, by the simulator's truth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.locomotion.estimation.body_pose import BodyPose
from drive2walk.locomotion.estimation.odometry import MEAN_TIME_CONSTANT_S
from drive2walk.locomotion.gait.command import is_still
from drive2walk.locomotion.gait.gait import GaitPlan
from drive2walk.locomotion.gait.lean import lean_rad
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.pendulum.feet import to_world
from drive2walk.locomotion.training import rewards
from drive2walk.locomotion.training.rewards import RewardWeights
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.timing import CONTROL_DT_S

EVERY_ROBOT = slice(None)

# A foot touches the ground when its lowest contact point is this close to it.
CONTACT_HEIGHT_M = 0.004
# Of each step in the mean that ``tracking`` is: 2 s.
TRACKING_SHARE = 0.01


class RewardMeter:
    """Looks at the robots of one environment after each step.

    Attributes:
        tracking: mean errors of vx, vy (m/s) and wz (rad/s) over the last two seconds.
        contact: whether each foot touches the ground, (N, 2).

    Args:
        env: the robots.
        controller: what drives them.
        weights: of the reward's terms.
    """

    def __init__(
        self, env: WalkingEnv, controller: WalkingController, weights: RewardWeights
    ) -> None:
        self._env, self._controller, self._weights = env, controller, weights
        count = controller.spec.num_leg_joints
        kp, kd, torque = (
            controller.spec.per_joint(name)[:count] for name in ("kp", "kd", "force_limit")
        )
        self._gains = (kp, kd, torque)
        left = np.array(controller.spec.feet.contact_points)
        self._corners = np.stack([left, left * [1, -1, 1]])
        self._mean_velocity = np.zeros((env.num_envs, 3))
        self._soles = np.zeros((env.num_envs, 2, 2))  # in the plane
        self.contact = np.ones((env.num_envs, 2), dtype=bool)
        self.tracking = np.zeros(3)

    def restart(self, ids: NDArray[np.intp]) -> None:
        """Forget what the robots ``ids`` did before they were stood up."""
        self._mean_velocity[ids] = 0
        self._soles[ids] = self._world_soles(self._body(ids), ids)
        self.contact[ids] = True

    def of_step(
        self, control: ControllerState, plan: GaitPlan, targets: Array, last_action: Array
    ) -> Array:
        """Return what the step that the environment has just made was worth, (N,).

        Args:
            control: the controller's state in that step.
            plan: what the gait wanted.
            targets: the leg joints' in that step, (N, num_leg_joints) rad.
            last_action: of the step before, (N, action_dim).
        """
        body, state, gait = self._body(), self._env.state, control.gait
        command, action = control.command, control.action
        torque = rewards.joint_torques(targets, state.leg_qpos, state.leg_qvel, self._gains)
        height = -body.soles[np.arange(len(command)), gait.stance, 2]
        tilt = state.projected_gravity[:, :2].copy()
        tilt[:, 0] -= np.sin(lean_rad(command[:, 3], self._controller.gait.parameters))
        return rewards.total(
            {
                **self._tracking_terms(command),
                **self._foot_terms(body, gait, plan),
                "alive": np.ones(len(command)),
                "tilt": rewards.squared(tilt),
                "height": np.square(height - plan.height),
                "roll_pitch_rate": rewards.squared(state.gyro[:, :2]),
                "vertical_velocity": np.square(state.base_velocity[:, 2]),
                "action_change": rewards.squared(action - last_action),
                "action": rewards.squared(action),
                "torque": rewards.squared(torque),
                "restless": np.where(is_still(command) & ~gait.standing, 1.0, 0.0),
                "fidget": gait.standing * rewards.squared(state.leg_qvel),
            },
            self._weights,
        )

    def _foot_terms(self, body: BodyPose, gait: GaitState, plan: GaitPlan) -> dict[str, Array]:
        """Return how well the feet step, and note where they are and what they touch."""
        soles = self._world_soles(body)
        speed = np.linalg.norm(soles - self._soles, axis=2) / CONTROL_DT_S
        contact, uneven, slope = self._ground(body)
        lasting = contact & self.contact
        self._soles, self.contact = soles, contact
        astray = rewards.astray(body.soles, gait.stance, plan.foothold.place, gait.phase)
        apart_m, yaw = self._weights.min_separation_m, body.foot_yaw
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
        state = self._env.state
        motion = np.column_stack([state.base_velocity[:, :2], state.base_yaw_rate])
        fresh = CONTROL_DT_S / MEAN_TIME_CONSTANT_S
        self._mean_velocity += fresh * (motion - self._mean_velocity)
        error = self._mean_velocity - command[:, :3]
        self.tracking += TRACKING_SHARE * (np.abs(error).mean(axis=0) - self.tracking)
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
        ground = self._env.true_ground().height(corners[..., :2])
        uneven = np.ptp(ground.reshape(count, 2, -1), axis=2)
        lowest = (corners[..., 2] - ground).reshape(count, 2, -1).min(axis=2)
        lowest -= self._controller.spec.feet.contact_radius_m
        slope = np.square(up_in_foot[..., :2]).sum(axis=(1, 2))
        return lowest < CONTACT_HEIGHT_M, uneven, slope

    def _body(self, ids: Any = EVERY_ROBOT) -> BodyPose:
        """Return the pose of the robots ``ids`` by sensors that don't err."""
        return self._controller.measure(proprioception_of(self._env.state, ids))

    def _world_soles(self, body: BodyPose, ids: Any = EVERY_ROBOT) -> Array:
        """Return where the soles of the robots ``ids`` are in the world, whose pose is ``body``."""
        state = self._env.state
        return to_world(body.soles, state.base_position[ids], state.base_yaw_rad[ids])
