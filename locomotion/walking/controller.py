"""The walking controller: one pure step from proprioception and command to leg joint targets.

Training, evaluation, the demo and a robot run this same code, at 50 Hz.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.estimation.com_observer import Load
from drive2walk.locomotion.estimation.odometry import BodyPose, Odometry
from drive2walk.locomotion.estimation.step_memory import lowered, updated_relief
from drive2walk.locomotion.estimation.velocity_trim import updated_trim
from drive2walk.locomotion.gait.body import GaitBody, build_gait
from drive2walk.locomotion.gait.command import CommandLimits, approach, complete, is_still
from drive2walk.locomotion.gait.gait import GaitPlan
from drive2walk.locomotion.gait.ground import Ground
from drive2walk.locomotion.gait.home_reference import without_prior
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.stepping import GaitState
from drive2walk.locomotion.policy.observations import OBSERVATIONS, columns_of, observe
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.policy.residual import Residual, ResidualParameters
from drive2walk.locomotion.policy.symmetry import Mirror
from drive2walk.locomotion.walking.batched_state import put_rows
from drive2walk.locomotion.walking.load_observer import LoadObserver
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

# A command that jumps within a step makes the robot stumble.
COMMAND_LIMITS = CommandLimits()
UNBOUNDED = np.array([[-np.inf, np.inf]] * 4)


class WalkingController:
    """Walks any number of robots of one type.

    Args:
        spec: the robot.
        gait: the gait's numbers.
        residual: what actions mean.
        policy: maps observations to actions; without one the gait walks alone.
        command_range: lower and upper bounds of the commands that the policy was trained on,
            (4, 2); it is never asked for more.
        stands: on both feet at zero command; otherwise it steps in place.
        columns: of the observation, which the policy sees; without them the whole.
        body: the robot's measures; by default those of its model.
        prior: follow the gait; otherwise the home pose is all that the policy adds to.

    Raises:
        ConfigError: the residual is of legs with other joints.
    """

    def __init__(
        self,
        spec: RobotSpec,
        gait: GaitParameters,
        residual: ResidualParameters,
        policy: Policy | None = None,
        command_range: Array = UNBOUNDED,
        stands: bool = True,
        columns: NDArray[np.intp] | None = None,
        body: GaitBody | None = None,
        prior: bool = True,
    ) -> None:
        self.spec = spec
        self.residual = residual
        given, needed = len(residual.joints_rad), len(spec.legs.joints)
        if given != needed:
            raise ConfigError(
                f"residual.joints_rad: got {given} values, {needed} are needed: one for each joint "
                "of a leg."
            )
        self._joints = spec.num_leg_joints
        self.prior = prior
        self.policy = policy
        self.command_range = command_range
        self.stands = stands
        self.columns = columns_of(list(OBSERVATIONS), self._joints) if columns is None else columns
        self.home = spec.home_qpos[: self._joints]
        self.gait = build_gait(spec, gait, body or GaitBody.read(spec, gait))
        gains = (spec.per_joint(name)[: self._joints] for name in ("kp", "kd"))
        self._load = LoadObserver(self.gait, *gains)

    def measure(self, proprioception: Proprioception) -> BodyPose:
        """Return the legs' and the base's pose for (N, ...) measurements, leg joints first."""
        return BodyPose.measured(
            self.gait.kinematics,
            self.gait.sole_centre,
            proprioception.joint_qpos[:, : self._joints],
            proprioception.projected_gravity,
            proprioception.gyro,
        )

    def start(self, body: BodyPose, stance: NDArray[np.intp]) -> ControllerState:
        """Return the state of robots that stand still and first stand on ``stance``, (N,)."""
        odometry = Odometry.start(body.soles)
        count = len(stance)
        command = np.zeros((count, 4))
        command[:, 3] = self.gait.parameters.height_m
        return ControllerState(
            self.gait.start(odometry, stance, np.full(count, self.stands)),
            odometry,
            np.zeros((count, self.residual.action_dim)),
            np.tile(self.home, (count, 1)),
            np.zeros((count, 3)),
            command,
            Load.none(count),
            np.zeros(count),
        )

    def restart(
        self,
        state: ControllerState,
        body: BodyPose,
        ids: NDArray[np.intp],
        stance: NDArray[np.intp],
    ) -> ControllerState:
        """Return ``state`` with the robots ``ids`` started anew; ``body`` is theirs alone."""
        return put_rows(state, ids, self.start(body, stance))

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
            state: from ``start`` or the last tick.
            proprioception: (N, ...) arrays, leg joints first.
            body: the pose that it means.
            command: from ``complete``, (N, 4).
            ground: what is known of it; without it, it is taken for level.
            arms_shift: of the centre of mass by where the arms are, upright frame, (N, 2) m;
                without it, it must be felt, which takes a second.
        """
        state = dataclasses.replace(state, load=state.load.told(arms_shift))
        resting = state.gait.resting(self.gait.parameters.landing_phase)
        odometry = state.odometry.updated(body.soles, body.yaw_rate, resting, CONTROL_DT_S)
        wanted = lowered(command, state.relief, self.command_range[3, 0])
        ramped = approach(state.command, wanted, COMMAND_LIMITS, CONTROL_DT_S)
        load = state.load
        if self.stands:
            load = self._load.felt(state, self._targets(state), proprioception, body, odometry)
        gait, plan = self._step(state, body, odometry, ramped, load.total, ground)
        observation = observe(
            proprioception,
            ramped,
            gait,
            plan,
            odometry,
            state.action,
            self.home,
            self.gait.parameters.height_m,
            self.gait.kinematics.mirror_signs,
        )
        after = dataclasses.replace(
            state,
            gait=gait,
            odometry=odometry,
            reference=plan.reference,
            command=ramped,
            load=load,
            relief=updated_relief(state.relief, plan.foothold.rise, CONTROL_DT_S),
        )
        return after, observation, plan

    def _step(
        self,
        state: ControllerState,
        body: BodyPose,
        odometry: Odometry,
        command: Array,
        shift: Array,
        ground: Ground | None,
    ) -> tuple[GaitState, GaitPlan]:
        """Return the gait a tick later and what it wants then."""
        residual = Residual.of(state.action, self.residual)
        gait = self.gait.advanced(
            state.gait, body, odometry, command, shift, residual.rate, CONTROL_DT_S
        )
        if not self.stands:
            gait = dataclasses.replace(gait, standing=np.zeros_like(gait.standing))
        plan = self.gait.plan(gait, body, odometry, command, shift, residual.placement, ground)
        gait = self.gait.aimed(gait, body, odometry, plan)
        return gait, plan if self.prior else without_prior(plan, self.home)

    def _targets(self, state: ControllerState) -> Array:
        """Return the leg joint targets of the last action, (N, num_leg_joints) rad."""
        joint_range = self.gait.kinematics.range
        share = np.where(state.gait.standing, self.residual.standing_share, 1.0)[:, None]
        targets = state.reference + share * Residual.of(state.action, self.residual).joints
        return np.clip(targets, joint_range[:, 0], joint_range[:, 1])

    def act(self, state: ControllerState, action: Array) -> tuple[ControllerState, Array]:
        """Return the state and the leg joint targets (N, num_leg_joints) rad after an action.

        Args:
            state: after ``observe``.
            action: as the policy gives it, seen from the stance foot, (N, action_dim).
        """
        own = Mirror(state.gait.stance, self.gait.kinematics.mirror_signs).action(action)
        state = dataclasses.replace(state, action=own)
        return state, self._targets(state)

    def step(
        self,
        state: ControllerState,
        proprioception: Proprioception,
        command: Array,
        ground: Ground | None = None,
        arms_shift: Array | None = None,
    ) -> tuple[ControllerState, Array]:
        """Return the state and the leg joint targets (N, num_leg_joints) rad for the next 20 ms.

        Beside what training does, it trims the command against steady errors.

        Args:
            state: from ``start`` or the last step.
            proprioception: (N, ...) arrays, leg joints first.
            command: vx, vy in m/s, wz in rad/s and the base's height above the ground in m,
                (N, 4); (N, 3) or a NaN height asks for the gait's own.
            ground: what is known of it; without it, it is taken for level.
            arms_shift: as ``observe`` takes it.
        """
        body = self.measure(proprioception)
        command = self.complete(command)
        trim = updated_trim(state.trim, command[:, :3], state.odometry.mean_velocity, CONTROL_DT_S)
        if self.stands:
            trim[is_still(command)] = 0.0
        state = dataclasses.replace(state, trim=trim)
        wanted = command.copy()
        wanted[:, :3] += trim
        wanted = np.clip(wanted, self.command_range[:, 0], self.command_range[:, 1])
        state, observation, _ = self.observe(
            state, proprioception, body, wanted, ground, arms_shift
        )
        if self.policy is None:
            action = np.zeros((len(observation), self.residual.action_dim))
        else:
            action = self.policy(observation[:, self.columns])
        return self.act(state, action)

    def complete(self, command: Array) -> Array:
        """Return commands (N, 3) or (N, 4) with the height, slow ones at rest, (N, 4)."""
        return complete(command, self.gait.parameters.height_m)
