"""Measures the reward of each control step, from the simulator's truth."""

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

# Height of a foot's lowest contact point below which it touches the ground.
CONTACT_HEIGHT_M = 0.004
# Weight of the newest step in ``tracking``, a mean over about 2 s.
TRACKING_WEIGHT = 0.01


class RewardMeter:
    """Measures the reward of the robots of one environment after each control step.

    Attributes:
        tracking: Mean absolute errors of vx, vy in m/s and wz in rad/s over the last two seconds,
            (3,).
        contact: Whether each foot touches the ground, (N, 2).
        terms: Terms of the last step before they are weighted, by the names of their weights,
            (N,) each.

    Args:
        env: Simulated robots.
        controller: Controller of the robots.
        weights: Weights of the reward terms.
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
        self.terms: dict[str, Array] = {}

    def reset(self, ids: NDArray[np.intp]) -> None:
        """Forget the motion of the robots ``ids``, which the environment has just reset."""
        self._mean_velocity[ids] = 0
        self._soles[ids] = self._locate_soles(self._measure_body(ids), ids)
        self.contact[ids] = True

    def measure_step(
        self, control: ControllerState, plan: GaitPlan, targets: Array, last_action: Array
    ) -> Array:
        """Return the rewards of the step that the environment has just made, (N,).

        Args:
            control: State of the controller in that step.
            plan: Plan of the gait for that step.
            targets: Leg joint targets in that step, (N, num_leg_joints) rad.
            last_action: Actions of the step before, (N, action_dim).
        """
        body, state, gait = self._measure_body(), self._env.state, control.gait
        command, action = control.command, control.action
        torque = rewards.compute_joint_torques(targets, state.leg_qpos, state.leg_qvel, self._gains)
        height = -body.soles[np.arange(len(command)), gait.stance, 2]
        tilt = state.projected_gravity[:, :2].copy()
        tilt[:, 0] -= np.sin(lean_rad(command[:, 3], self._controller.gait.parameters))
        self.terms = {
            **self._tracking_terms(command),
            **self._foot_terms(body, gait, plan),
            "alive": np.ones(len(command)),
            "tilt": rewards.sum_squares(tilt),
            "height": np.square(height - plan.height),
            "roll_pitch_rate": rewards.sum_squares(state.gyro[:, :2]),
            "vertical_velocity": np.square(state.base_velocity[:, 2]),
            "action_change": rewards.sum_squares(action - last_action),
            "action": rewards.sum_squares(action),
            "torque": rewards.sum_squares(torque),
            "restless": np.where(is_still(command) & ~gait.standing, 1.0, 0.0),
            "fidget": gait.standing * rewards.sum_squares(state.leg_qvel),
        }
        return rewards.sum_terms(self.terms, self._weights)

    def _foot_terms(self, body: BodyPose, gait: GaitState, plan: GaitPlan) -> dict[str, Array]:
        """Return the terms of the feet, and keep where they are and whether they touch."""
        soles = self._locate_soles(body)
        speed = np.linalg.norm(soles - self._soles, axis=2) / CONTROL_DT_S
        contact, unevenness, squared_slope = self._measure_ground(body)
        lasting = contact & self.contact
        self._soles, self.contact = soles, contact
        error = rewards.square_foothold_error(
            body.soles, gait.stance, plan.foothold.place, gait.phase
        )
        min_separation_m, yaw = self._weights.min_separation_m, body.foot_yaw
        return {
            "slip": rewards.sum_slip(speed, lasting),
            "schedule": rewards.score_contacts(contact, gait.stance, gait.phase, gait.standing),
            "foothold": np.where(gait.standing, 0.0, error),
            # A standing robot would pay for two feet, and learn to step instead.
            "edge": np.where(gait.standing, 0.0, (unevenness * contact).sum(axis=1)),
            "sole_tilt": squared_slope,
            "foot_yaw": rewards.sum_squares(yaw),
            "separation": rewards.measure_missing_separation(body.soles, yaw, min_separation_m),
        }

    def _tracking_terms(self, command: Array) -> dict[str, Array]:
        """Return the terms of the mean motion, and update the mean errors."""
        state = self._env.state
        motion = np.column_stack([state.base_velocity[:, :2], state.base_yaw_rate])
        weight = CONTROL_DT_S / MEAN_TIME_CONSTANT_S
        self._mean_velocity += weight * (motion - self._mean_velocity)
        error = self._mean_velocity - command[:, :3]
        self.tracking += TRACKING_WEIGHT * (np.abs(error).mean(axis=0) - self.tracking)
        velocity, yaw_rate = error[:, :2], error[:, 2:]
        score = rewards.score_tracking
        return {
            "track_velocity": score(velocity, rewards.VELOCITY_VARIANCE),
            "track_velocity_finely": score(velocity, rewards.FINE_VELOCITY_VARIANCE),
            "track_yaw_rate": score(yaw_rate, rewards.YAW_RATE_VARIANCE),
            "track_yaw_rate_finely": score(yaw_rate, rewards.FINE_YAW_RATE_VARIANCE),
        }

    def _measure_ground(self, body: BodyPose) -> tuple[NDArray[np.bool_], Array, Array]:
        """Return contacts, unevenness of the ground and squared slope of the feet.

        Contacts are (N, 2); unevenness is the difference between the highest and the lowest ground
        under each foot, (N, 2) m; the squared slopes are summed over both feet, (N,).
        """
        up_in_foot = np.einsum("nsij,ni->nsj", body.legs.rotation, body.upright[:, 2])
        count = len(up_in_foot)
        corners = np.einsum("nsij,skj->nski", body.legs.rotation, self._corners)
        corners += body.legs.position[:, :, None]
        corners = np.einsum("nij,nskj->nski", body.upright, corners).reshape(count, -1, 3)
        ground = self._env.true_ground().height(corners[..., :2])
        unevenness = np.ptp(ground.reshape(count, 2, -1), axis=2)
        lowest = (corners[..., 2] - ground).reshape(count, 2, -1).min(axis=2)
        lowest -= self._controller.spec.feet.contact_radius_m
        squared_slope = np.square(up_in_foot[..., :2]).sum(axis=(1, 2))
        return lowest < CONTACT_HEIGHT_M, unevenness, squared_slope

    def _measure_body(self, ids: Any = EVERY_ROBOT) -> BodyPose:
        """Return the pose of the robots ``ids``, measured without sensor noise."""
        return self._controller.measure(proprioception_of(self._env.state, ids))

    def _locate_soles(self, body: BodyPose, ids: Any = EVERY_ROBOT) -> Array:
        """Return where the soles of the robots ``ids`` are in the world, (n, 2, 2) m."""
        state = self._env.state
        return to_world(body.soles, state.base_position[ids], state.base_yaw_rad[ids])
