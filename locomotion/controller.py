"""The walking controller: one pure step from proprioception and command to leg joint targets.

Training, evaluation, the demo and a robot run this same code, at 50 Hz.
"""

from __future__ import annotations

import dataclasses

import mujoco
import numpy as np
from numpy.typing import NDArray

from locomotion.command import CommandLimits, approach
from locomotion.gait import Gait, GaitPlan, GaitState
from locomotion.gait_parameters import GaitParameters
from locomotion.mirror import Mirror
from locomotion.observations import OBSERVATION_DIM, OBSERVATIONS, observe
from locomotion.odometry import BodyPose, Odometry
from locomotion.policy import Policy
from locomotion.residual import ACTION_DIM, NUM_LEG_JOINTS, Residual, ResidualParameters
from locomotion.rows import put_rows
from locomotion.trim import updated_trim
from robot.config import build
from robot.errors import WeightsError
from robot.leg_kinematics import LegKinematics
from robot.model import CONTROL_DT_S, training_body
from robot.proprioception import Proprioception
from robot.spec import SIDES, RobotSpec, load_robot

Array = NDArray[np.float64]

# A command that jumps within a step makes the robot stumble.
COMMAND_LIMITS = CommandLimits()
UNBOUNDED = np.array([[-np.inf, np.inf]] * 3)


@dataclasses.dataclass(frozen=True)
class ControllerState:
    """All that a controller remembers of N robots between two ticks.

    Attributes:
        gait: where in the step they are.
        odometry: their motion and planar pose since the start.
        action: the last action, in the robot's own left and right, (N, 15).
        reference: the gait's joint angles at this tick, (N, 12) rad.
        trim: added to the command against steady errors, (N, 3) m/s, m/s, rad/s.
        command: what the gait follows, on its way to what it was told, (N, 3).
    """

    gait: GaitState
    odometry: Odometry
    action: Array
    reference: Array
    trim: Array
    command: Array


class WalkingController:
    """Walks any number of robots of one type.

    Args:
        spec: the robot.
        gait: the gait's numbers.
        residual: what actions mean.
        policy: maps observations to actions; without one the gait walks alone.
        command_range: lower and upper bounds of the commands that the policy was trained on,
            (3, 2); it is never asked for more.
    """

    def __init__(
        self,
        spec: RobotSpec,
        gait: GaitParameters,
        residual: ResidualParameters,
        policy: Policy | None = None,
        command_range: Array = UNBOUNDED,
    ) -> None:
        self.spec = spec
        self.residual = residual
        self.policy = policy
        self.command_range = command_range
        self.home = spec.home_qpos[:NUM_LEG_JOINTS]
        self.gait = build_gait(spec, gait)

    def measure(self, proprioception: Proprioception) -> BodyPose:
        """Return the legs' and the base's pose for (N, ...) measurements, leg joints first."""
        return BodyPose.measured(
            self.gait.kinematics,
            self.gait.sole_centre,
            proprioception.joint_qpos[:, :NUM_LEG_JOINTS],
            proprioception.projected_gravity,
            proprioception.gyro,
        )

    def start(self, body: BodyPose, stance: NDArray[np.intp]) -> ControllerState:
        """Return the state of robots that stand still and first stand on ``stance``, (N,)."""
        odometry = Odometry.start(body.soles)
        count = len(stance)
        return ControllerState(
            self.gait.start(odometry, stance),
            odometry,
            np.zeros((count, ACTION_DIM)),
            np.tile(self.home, (count, 1)),
            np.zeros((count, 3)),
            np.zeros((count, 3)),
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
    ) -> tuple[ControllerState, NDArray[np.float32], GaitPlan]:
        """Move on by one tick and return the state, the observation (N, 79) and the plan."""
        odometry = state.odometry.updated(
            body.soles, body.yaw_rate, state.gait.resting, CONTROL_DT_S
        )
        residual = Residual.of(state.action, self.residual)
        ramped = approach(state.command, command, COMMAND_LIMITS, CONTROL_DT_S)
        gait = self.gait.advanced(state.gait, body, odometry, residual.rate, CONTROL_DT_S)
        plan = self.gait.plan(gait, body, odometry, ramped, residual.placement)
        observation = observe(
            proprioception,
            ramped,
            gait,
            plan,
            odometry,
            state.action,
            self.home,
            self.gait.parameters.height_m,
        )
        after = dataclasses.replace(
            state, gait=gait, odometry=odometry, reference=plan.reference, command=ramped
        )
        return after, observation, plan

    def act(self, state: ControllerState, action: Array) -> tuple[ControllerState, Array]:
        """Return the state and the leg joint targets (N, 12) rad after the policy's action.

        Args:
            state: after ``observe``.
            action: as the policy gives it, seen from the stance foot, (N, 15).
        """
        own = Mirror(state.gait.stance).action(action)
        joint_range = self.gait.kinematics.range
        targets = state.reference + Residual.of(own, self.residual).joints
        targets = np.clip(targets, joint_range[:, 0], joint_range[:, 1])
        return dataclasses.replace(state, action=own), targets

    def step(
        self, state: ControllerState, proprioception: Proprioception, command: Array
    ) -> tuple[ControllerState, Array]:
        """Return the state and the leg joint targets (N, 12) rad for the next 20 ms.

        Beside what training does, it trims the command against steady errors.

        Args:
            state: from ``start`` or the last step.
            proprioception: (N, ...) arrays, leg joints first.
            command: vx, vy in m/s and wz in rad/s, (N, 3).
        """
        body = self.measure(proprioception)
        trim = updated_trim(state.trim, command, state.odometry.mean_velocity, CONTROL_DT_S)
        state = dataclasses.replace(state, trim=trim)
        wanted = np.clip(command + trim, self.command_range[:, 0], self.command_range[:, 1])
        state, observation, _ = self.observe(state, proprioception, body, wanted)
        if self.policy is None:
            action = np.zeros((len(observation), ACTION_DIM))
        else:
            action = self.policy(observation)
        return self.act(state, action)


def build_gait(spec: RobotSpec, parameters: GaitParameters) -> Gait:
    """Return the gait with the geometry and masses of the robot's model at home."""
    model = training_body(spec).compile()
    data = mujoco.MjData(model)
    for name, angle in zip(spec.leg_joint_names, spec.home_qpos, strict=False):
        data.joint(name).qpos = angle
    mujoco.mj_kinematics(model, data)
    mujoco.mj_comPos(model, data)
    points = np.array(spec.feet.contact_points)
    centre = points.mean(axis=0) - [0, 0, spec.feet.contact_radius_m]
    mirrored = centre * [1, -1, 1]
    return Gait(
        LegKinematics(model, spec),
        parameters,
        sole_centre=np.stack([centre, mirrored]),
        com=data.subtree_com[0] - data.body(spec.pelvis).xpos,
        mass_kg=float(model.body_mass.sum()),
        leg_kp=spec.per_joint("kp")[: len(SIDES) * len(spec.legs.joints)],
    )


def controller_of(policy: Policy) -> WalkingController:
    """Return the controller that a policy was trained in.

    Raises:
        WeightsError: the policy sees or does something else than this code.
    """
    metadata = policy.metadata
    shape = (policy.weights[0].shape[1], policy.weights[-1].shape[0])
    same = metadata.get("observation_names") == list(OBSERVATIONS) and "command_range" in metadata
    if not same or shape != (OBSERVATION_DIM, ACTION_DIM):
        raise WeightsError("the policy's observations are not this version's. Train it anew.")
    return WalkingController(
        load_robot(metadata["robot"]),
        build(GaitParameters, metadata["gait"], "the policy's gait"),
        build(ResidualParameters, metadata["residual"], "the policy's residual"),
        policy,
        np.array(metadata["command_range"]),
    )
