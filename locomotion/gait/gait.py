"""The gait: takes turns between the feet, places them by the capture point, holds the body up.

The stance leg carries the body as if it were upright at the wanted height; the swing leg goes
to where the capture point will be when it lands. A robot that is told to be still stands on both
feet (see standing.py). The outcome is joint angles for the legs.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.estimation.odometry import BodyPose, Odometry
from drive2walk.locomotion.gait.command import is_still
from drive2walk.locomotion.gait.footholds import Foothold
from drive2walk.locomotion.gait.ground import Ground
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.posture import Posture
from drive2walk.locomotion.gait.standing import Standing, can_stand, first_stance, must_step
from drive2walk.locomotion.gait.stepping import GaitState, Stepping
from drive2walk.locomotion.pendulum.balance import Balance
from drive2walk.locomotion.pendulum.feet import middle, pick
from drive2walk.locomotion.pendulum.linear_pendulum import natural_frequency, phase_from_rest
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics

# Feet on level ground seem to differ by as much, as they strike and flex.
LEVEL_M = 0.02
# From a sole's centre to its edges: the ground can't push beyond.
EDGE_M = np.array([0.085, 0.03])


@dataclasses.dataclass(frozen=True)
class GaitPlan:
    """What the gait wants now, for N robots.

    Attributes:
        reference: leg joint angles, (N, num_leg_joints) rad.
        capture_point: from the stance sole's centre, upright frame, (N, 2) m.
        foothold: where the swing foot will stand.
        height: of the base above the stance sole, (N,) m.
    """

    reference: Array
    capture_point: Array
    foothold: Foothold
    height: Array


class Gait:
    """The gait of one robot type, for any number of robots.

    Args:
        kinematics: the legs.
        parameters: the gait's numbers.
        sole_centre: of both feet in their own frames, (2, 3) m.
        com: centre of mass in the base frame at the gait's height, (3,) m.
        com_slope: its change for each metre that the base is higher, (3,).
        mass_kg: of the whole robot.
        leg_kp: position gains of the leg joints, (num_leg_joints,) N m/rad.
    """

    def __init__(
        self,
        kinematics: LegKinematics,
        parameters: GaitParameters,
        *,
        sole_centre: Array,
        com: Array,
        com_slope: Array,
        mass_kg: float,
        leg_kp: Array,
    ) -> None:
        self.kinematics = kinematics
        self.parameters = parameters
        self.sole_centre = sole_centre
        self.balance = Balance(parameters, com, com_slope, mass_kg)
        self._stepping = Stepping(parameters, self.balance)
        self._standing = Standing(parameters, self.balance)
        self._leg_kp = leg_kp.reshape(2, -1)
        omega = natural_frequency(np.array(parameters.height_m + com[2]))
        self._rest_phase = float(phase_from_rest(parameters.step_s, omega))

    def start(
        self, odometry: Odometry, stance: NDArray[np.intp], standing: NDArray[np.bool_]
    ) -> GaitState:
        """Return the gait of robots at rest that first step on ``stance`` or stay ``standing``."""
        phase = np.full(len(stance), self._rest_phase)
        swing_start = odometry.to_start_frame(pick(odometry.soles, 1 - stance)[:, :2])
        rise = _rise(odometry.soles, stance)
        yaw = odometry.yaw.copy()
        aim = np.full_like(swing_start, np.nan)
        return GaitState(phase, phase.copy(), stance, swing_start, rise, yaw, aim, standing)

    def advanced(
        self,
        state: GaitState,
        body: BodyPose,
        odometry: Odometry,
        command: Array,
        shift: Array,
        rate: Array,
        dt: float,
    ) -> GaitState:
        """Return the gait ``dt`` seconds later.

        Args:
            state: before.
            body: the robots' pose.
            odometry: their motion.
            command: vx, vy, wz and height, (N, 4). One that is zero lets the robot stand.
            shift: of the centre of mass by what the robot carries, upright frame, (N, 2) m.
            rate: scales the phase's speed, (N,).
            dt: seconds.
        """
        foot_yaw = body.foot_yaw()
        xi = self.balance.capture_point(body, odometry, command, shift) - middle(body.soles)
        phase = state.phase + np.where(state.standing, 0.0, rate * dt / self.parameters.step_s)
        landed = phase >= 1
        still = is_still(command)
        stop = landed & still & can_stand(xi, body.soles, foot_yaw, self.parameters.width_m)
        go = state.standing & (~still | must_step(xi, body.soles))
        stance = np.where(landed, 1 - state.stance, state.stance)
        stance = np.where(go, first_stance(xi, command), stance)
        lifts = landed | go
        lifted = odometry.to_start_frame(pick(body.soles, 1 - stance)[:, :2])
        yaw = odometry.yaw + pick(foot_yaw, 1 - stance)
        rests = stop | go
        return GaitState(
            phase=np.where(rests, self._rest_phase, np.where(landed, phase - 1, phase)),
            start_phase=np.where(rests, self._rest_phase, np.where(landed, 0, state.start_phase)),
            stance=stance,
            swing_start=np.where(lifts[:, None], lifted, state.swing_start),
            swing_rise=np.where(lifts | stop, _rise(body.soles, stance), state.swing_rise),
            swing_yaw=np.where(lifts, yaw, state.swing_yaw),
            aim=np.where(lifts[:, None], np.nan, state.aim),
            standing=(state.standing & ~go) | stop,
        )

    def plan(
        self,
        state: GaitState,
        body: BodyPose,
        odometry: Odometry,
        command: Array,
        shift: Array,
        placement: Array,
        ground: Ground | None = None,
    ) -> GaitPlan:
        """Return the joint angles for now.

        Args:
            state: where in the step the robots are.
            body: their pose.
            odometry: their motion.
            command: vx, vy, wz and height, (N, 4).
            shift: of the centre of mass by what the robot carries, upright frame, (N, 2) m.
            placement: added to the next footprint, upright frame, (N, 2) m.
            ground: what they know of it; without it, it is level.
        """
        com = self.balance.centre_of_mass(body, command, shift)
        from_base = self.balance.capture_point(body, odometry, command, shift)
        xi = from_base - pick(body.soles, state.stance)[:, :2]
        landing = self._stepping.landing(state, xi, odometry, command) + placement
        landing = self._stepping.within_reach(landing, state, body, command)
        foothold = self._stepping.foothold(landing, state, body, odometry, ground)
        posture = self._stepping.posture(state, body, odometry, command, com, foothold)
        if state.standing.any():
            rise = state.swing_rise
            on_both = self._standing.posture(body, com, from_base, command, state.stance, rise)
            posture = posture.replaced(state.standing, on_both)
        return GaitPlan(self._reference(posture, body), xi, foothold, posture.height)

    def _reference(self, posture: Posture, body: BodyPose) -> Array:
        """Return joint targets, as far beyond the feet's places as lets the motors push so."""
        sole = np.einsum("nsij,sj->nsi", posture.rotation, self.sole_centre)
        reference = self.kinematics.inverse(posture.feet - sole, posture.rotation)
        to_base = body.upright.transpose(0, 2, 1)
        points = np.einsum("nij,nsj->nsi", to_base, posture.points)
        forces = np.einsum("nij,nsj->nsi", to_base, posture.forces)
        torque = body.legs.support_torque(points, forces)
        return reference + (torque / self._leg_kp).reshape(len(reference), -1)

    def aimed(
        self, state: GaitState, body: BodyPose, odometry: Odometry, plan: GaitPlan
    ) -> GaitState:
        """Return the state of robots whose swing feet go where ``plan`` says."""
        place = pick(body.soles, state.stance)[:, :2] + plan.foothold.place
        return dataclasses.replace(state, aim=odometry.to_start_frame(place))

    def push_point(
        self,
        state: GaitState,
        body: BodyPose,
        odometry: Odometry,
        command: Array,
        shift: Array,
        leg_torque: Array,
    ) -> Array:
        """Return where the ground pushes, from the base, upright frame, (N, 2) m.

        Args:
            state: where in the step the robots are.
            body: their pose.
            odometry: their motion.
            command: vx, vy, wz and height, (N, 4).
            shift: of the centre of mass by what they carry, (N, 2) m.
            leg_torque: of the legs' joints, (N, num_leg_joints) N m; the ankles' tell where.
        """
        ankle = np.einsum("nij,nsj->nsi", body.upright, body.legs.position)[..., :2]
        pitch, roll = self.kinematics.ankle_torque(leg_torque).transpose(2, 0, 1)
        turning = np.stack([pitch, -roll], axis=-1) / self.balance.weight_n
        sole, between = body.soles[..., :2], middle(body.soles)
        on_one = pick(np.clip(ankle + turning, sole - EDGE_M, sole + EDGE_M), state.stance)
        xi = self.balance.capture_point(body, odometry, command, shift) - between
        on_both = self._standing.push(xi, body.soles)
        ahead = ankle[..., 0].mean(axis=1) + turning[..., 0].sum(axis=1) - between[:, 0]
        on_both[:, 0] = between[:, 0] + np.clip(ahead, -EDGE_M[0], EDGE_M[0])
        return np.where(state.standing[:, None], on_both, on_one)


def _rise(soles: Array, stance: NDArray[np.intp]) -> Array:
    """Return how much higher the other soles (N, 2, 3) are than the ``stance`` ones, (N,) m."""
    rise = pick(soles, 1 - stance)[:, 2] - pick(soles, stance)[:, 2]
    return np.where(np.abs(rise) < LEVEL_M, 0.0, rise)
