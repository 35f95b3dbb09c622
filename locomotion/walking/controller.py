"""The walking controller: one pure step from proprioception and command to leg joint targets.

A tick goes one way: condition the command, estimate, plan, act. Training, evaluation, the demo
and a robot run this same code, at 50 Hz.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.estimation.body_pose import BodyPose
from drive2walk.locomotion.estimation.com_observer import ComShift
from drive2walk.locomotion.estimation.gyro_bias import GyroBias
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.step_memory import update_step_height
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.body import GaitBody, build_gait
from drive2walk.locomotion.gait.command import is_still
from drive2walk.locomotion.gait.gait import GaitPlan
from drive2walk.locomotion.gait.ground import Ground
from drive2walk.locomotion.gait.home_reference import replace_by_home
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.policy.observations import OBSERVATIONS, Observer, columns_of
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.policy.residual import Residual, ResidualParameters
from drive2walk.locomotion.policy.symmetry import action_signs, mirror_action
from drive2walk.locomotion.walking.batched_state import put_rows
from drive2walk.locomotion.walking.command_conditioner import UNBOUNDED, CommandConditioner
from drive2walk.locomotion.walking.estimator import Estimator
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.geometry.bounds import bound
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S


@dataclasses.dataclass(frozen=True)
class TrainedPolicy:
    """A policy and the conditions of its training.

    Attributes:
        network: Maps observations to actions; None lets the gait walk alone.
        command_range: Lowest and highest vx, vy, wz and height of the training, (4, 2).
        stands: Whether robots stand on both feet at zero command; otherwise they step in place.
        observations: Names of the observations that the network takes.
        follows_gait: Whether actions add to the gait; otherwise they add to the home pose.
    """

    network: Policy | None = None
    command_range: Array = dataclasses.field(default_factory=UNBOUNDED.copy)
    stands: bool = True
    observations: tuple[str, ...] = tuple(OBSERVATIONS)
    follows_gait: bool = True


class WalkingController:
    """Walks any number of robots of one type.

    Args:
        spec: The robot.
        gait: The gait's numbers.
        residual: Meaning of the actions.
        policy: The policy, and what it was trained on.
        body: The robot's measures; None reads those of its model.

    Attributes:
        columns: Columns of the whole observation that the policy takes.
        home: Leg joint angles of the home pose, (num_leg_joints,) rad.

    Raises:
        ConfigError: The residual is for legs with another number of joints.
    """

    def __init__(
        self,
        spec: RobotSpec,
        gait: GaitParameters,
        residual: ResidualParameters,
        policy: TrainedPolicy | None = None,
        body: GaitBody | None = None,
    ) -> None:
        given, needed = len(residual.joints_rad), len(spec.legs.joints)
        if given != needed:
            raise ConfigError(
                f"residual.joints_rad: got {given} values, {needed} are needed: one for each joint "
                "of a leg."
            )
        policy = policy or TrainedPolicy()
        self.spec, self.residual, self.policy = spec, residual, policy
        self.columns = columns_of(list(policy.observations), spec.num_leg_joints)
        self.home = spec.home_qpos[: spec.num_leg_joints]
        self.gait = build_gait(spec, gait, body or GaitBody.from_model(spec, gait))
        self.conditioner = CommandConditioner(gait.height_m, policy.command_range, policy.stands)
        leg_signs = self.gait.kinematics.mirror_signs
        self._observer = Observer(self.home, gait.height_m, leg_signs)
        self._action_signs = action_signs(leg_signs)
        self._estimator = Estimator(spec, self.gait, feels_loads=policy.stands)

    def measure(self, proprioception: Proprioception) -> BodyPose:
        """Return the pose of legs and base for (N, ...) measurements, leg joints first."""
        return self._estimator.measure(proprioception)

    def start(self, body: BodyPose, stance: Ids) -> ControllerState:
        """Return the state of robots that stand still and first stand on ``stance``, (N,)."""
        odometry, count = Odometry.from_rest(body.soles), len(stance)
        command = np.zeros((count, 4))
        command[:, 3] = self.gait.parameters.height_m
        action = np.zeros((count, self.residual.action_dim))
        home = np.tile(self.home, (count, 1))
        return ControllerState(
            gait=self.gait.start(odometry, stance, np.full(count, self.policy.stands)),
            odometry=odometry,
            gyro_bias=GyroBias.from_rest(body.soles),
            com_shift=ComShift.from_rest(count),
            step_height=np.zeros(count),
            trim=np.zeros((count, 3)),
            command=command,
            action=action,
            residual=Residual.from_action(action, self.residual),
            reference=home,
            targets=home.copy(),
        )

    def restart(
        self, state: ControllerState, body: BodyPose, ids: Ids, stance: Ids
    ) -> ControllerState:
        """Return ``state`` with the robots ``ids`` at a new start; ``body`` is theirs alone."""
        return put_rows(state, ids, self.start(body, stance))

    def complete(self, command: Array) -> Array:
        """Return commands (N, 3) or (N, 4) with the height, slow ones at rest, (N, 4)."""
        return self.conditioner.complete(command)

    def observe(
        self,
        state: ControllerState,
        proprioception: Proprioception,
        body: BodyPose,
        command: Array,
        ground: Ground | None = None,
        arms_shift: Array | None = None,
    ) -> tuple[ControllerState, NDArray[np.float32], GaitPlan]:
        """Move on by one tick and return the state, the observation (N, numbers) and the plan.

        Args:
            state: The state from ``start`` or the last tick.
            proprioception: Joints and IMU, (N, ...) arrays, leg joints first.
            body: The pose that they measure.
            command: Commands from ``complete``, (N, 4).
            ground: The ground around the robots; None is level ground.
            arms_shift: Shift of the centre of mass by the pose of the arms, upright frame,
                (N, 2) m; None where it must be felt, which takes a second.
        """
        ramped = self.conditioner.ramp(command, state)
        tick, com_shift = self._estimator.estimate(state, proprioception, body, ramped, arms_shift)
        gait, plan = self._plan(state, tick, ground)
        observation = self._observer.observe(proprioception, tick, gait, plan, state.action)
        rise = plan.foothold.rise
        after = dataclasses.replace(
            state,
            gait=gait,
            odometry=tick.odometry,
            com_shift=com_shift,
            step_height=update_step_height(state.step_height, rise, CONTROL_DT_S),
            command=tick.command,
            reference=plan.reference,
        )
        return after, observation, plan

    def _plan(
        self, state: ControllerState, tick: Tick, ground: Ground | None
    ) -> tuple[GaitState, GaitPlan]:
        """Return the gait at this tick and what it wants."""
        residual = state.residual
        gait = self.gait.advance(state.gait, tick, residual.pace, CONTROL_DT_S)
        if not self.policy.stands:
            gait = dataclasses.replace(gait, standing=np.zeros_like(gait.standing))
        plan = self.gait.plan(gait, tick, residual.placement, ground)
        gait = self.gait.with_aim(gait, tick, plan)
        return gait, plan if self.policy.follows_gait else replace_by_home(plan, self.home)

    def act(self, state: ControllerState, action: Array) -> tuple[ControllerState, Array]:
        """Return the state and the leg joint targets (N, num_leg_joints) rad after an action.

        Args:
            state: The state after ``observe``.
            action: Actions of the policy, seen from the stance foot, (N, action_dim).
        """
        own = mirror_action(action, state.gait.stance, self._action_signs)
        residual = Residual.from_action(own, self.residual)
        scale = np.where(state.gait.standing, self.residual.standing_scale, 1.0)[:, None]
        ranges = self.gait.kinematics.range
        wanted = state.reference + scale * residual.joints
        targets = bound(wanted, ranges[:, 0], ranges[:, 1])
        return dataclasses.replace(state, action=own, residual=residual, targets=targets), targets

    def step(
        self,
        state: ControllerState,
        proprioception: Proprioception,
        command: Array,
        ground: Ground | None = None,
        arms_shift: Array | None = None,
    ) -> tuple[ControllerState, Array]:
        """Return the state and the leg joint targets (N, num_leg_joints) rad for the next 20 ms.

        Beyond what training does, it takes the gyro's bias while the robots stand, and trims the
        command against steady errors.

        Args:
            state: The state from ``start`` or the last step.
            proprioception: Joints and IMU, (N, ...) arrays, leg joints first.
            command: vx, vy in m/s, wz in rad/s and the base's height above the ground in m,
                (N, 4); (N, 3) or a NaN height asks for the gait's own.
            ground: The ground around the robots; None is level ground.
            arms_shift: As ``observe`` takes it.
        """
        command = self.complete(command)
        state, proprioception = self._take_gyro_bias(state, proprioception, command)
        body = self.measure(proprioception)
        trim, wanted = self.conditioner.trim(command, state)
        state = dataclasses.replace(state, trim=trim)
        state, observation, _ = self.observe(
            state, proprioception, body, wanted, ground, arms_shift
        )
        if self.policy.network is None:
            action = np.zeros((len(observation), self.residual.action_dim))
        else:
            action = self.policy.network(observation[:, self.columns])
        return self.act(state, action)

    def _take_gyro_bias(
        self, state: ControllerState, proprioception: Proprioception, command: Array
    ) -> tuple[ControllerState, Proprioception]:
        """Return the state with the gyro's bias, and the measurements without it."""
        body = self.measure(proprioception)
        standing = state.gait.standing & is_still(command) & is_still(state.command)
        bias = state.gyro_bias.updated(body.yaw_rate, body.soles, standing, CONTROL_DT_S)
        # Gravity points down: this takes the bias out of the rate about the vertical.
        gyro = proprioception.gyro + bias.rate[:, None] * proprioception.projected_gravity
        state = dataclasses.replace(state, gyro_bias=bias)
        return state, dataclasses.replace(proprioception, gyro=gyro)
