"""The gait: feet take turns, land by the capture point and hold the body up.

The stance leg carries the body as if it were upright at the wanted height; the swing leg goes
to where the capture point will be when it lands. A robot that is commanded to be still stands on
both feet (see standing.py). The outcome is joint angles for the legs.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.step_memory import LEVEL_M
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.command import is_still
from drive2walk.locomotion.gait.footholds import Foothold
from drive2walk.locomotion.gait.ground import Ground
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.placement import Placement
from drive2walk.locomotion.gait.posture import Posture
from drive2walk.locomotion.gait.standing import Standing, can_stand, first_stance, must_step
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.gait.trajectories import Trajectories
from drive2walk.locomotion.pendulum.balance import Balance
from drive2walk.locomotion.pendulum.feet import pick
from drive2walk.locomotion.pendulum.linear_pendulum import natural_frequency, phase_from_rest
from drive2walk.robot.geometry.arrays import Array, Bools, Ids
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics


@dataclasses.dataclass(frozen=True)
class GaitPlan:
    """What the gait wants now, for N robots.

    Attributes:
        reference: Leg joint angles, (N, num_leg_joints) rad.
        capture_point: ξ relative to the stance sole's centre, upright frame, (N, 2) m.
        foothold: Target of the swing foot.
        height: Height of the base above the stance sole, (N,) m.
    """

    reference: Array
    capture_point: Array
    foothold: Foothold
    height: Array


class Gait:
    """The gait of one robot type, for any number of robots.

    Args:
        kinematics: The legs.
        parameters: The gait's numbers.
        balance: The body's mass.
        sole_centre: Centres of both soles in their feet's frames, (2, 3) m.
        leg_kp: Position gains of the leg joints, (num_leg_joints,) N m/rad.
    """

    def __init__(
        self,
        kinematics: LegKinematics,
        parameters: GaitParameters,
        balance: Balance,
        sole_centre: Array,
        leg_kp: Array,
    ) -> None:
        self.kinematics = kinematics
        self.parameters = parameters
        self.balance = balance
        self.sole_centre = sole_centre
        self.placement = Placement(parameters)
        self._trajectories = Trajectories(parameters, balance.weight_n)
        self._standing = Standing(parameters, balance.weight_n)
        self._leg_kp = leg_kp.reshape(2, -1)
        omega = natural_frequency(balance.com_height(np.array(parameters.height_m)))
        self._rest_phase = float(phase_from_rest(parameters.step_s, omega))

    def start(self, odometry: Odometry, stance: Ids, standing: Bools) -> GaitState:
        """Return the gait of robots at rest.

        Args:
            odometry: Their motion.
            stance: Foot that they first stand on, 0 left or 1 right, (N,).
            standing: Robots that stay on both feet, (N,).
        """
        phase = np.full(len(stance), self._rest_phase)
        swing_start = odometry.to_start_frame(pick(odometry.soles, 1 - stance)[:, :2])
        rise = _swing_rise(odometry.soles, stance)
        yaw = odometry.yaw.copy()
        aim = np.full_like(swing_start, np.nan)
        return GaitState(phase, phase.copy(), stance, swing_start, rise, yaw, aim, standing)

    def advance(self, state: GaitState, tick: Tick, pace: Array, dt: float) -> GaitState:
        """Return the gait ``dt`` seconds later.

        Args:
            state: The gait before.
            tick: The robots' estimate. A command that is zero lets the robot stand.
            pace: Speed of the phase relative to the gait's own, (N,).
            dt: Time since the last control step, in seconds.
        """
        phase = state.phase + np.where(state.standing, 0.0, pace * dt / self.parameters.step_s)
        advanced = dataclasses.replace(state, phase=phase)
        if not ((phase >= 1) | state.standing).any():
            return advanced
        return self._change_feet(advanced, tick)

    def _change_feet(self, state: GaitState, tick: Tick) -> GaitState:
        """Return the gait in which robots whose step has ended, or that stand, step or stand."""
        soles, foot_yaw, odometry = tick.body.soles, tick.body.foot_yaw, tick.odometry
        capture_point = tick.capture_point - tick.between_feet
        landed, still = state.phase >= 1, is_still(tick.command)
        stop = landed & still & can_stand(capture_point, soles, foot_yaw, self.parameters.width_m)
        go = state.standing & (~still | must_step(capture_point, soles))
        stance = np.where(landed, 1 - state.stance, state.stance)
        stance = np.where(go, first_stance(capture_point, tick.command), stance)
        lifts, rests = landed | go, stop | go
        phase = np.where(landed, state.phase - 1, state.phase)
        start_phase = np.where(landed, 0, state.start_phase)
        lifted = odometry.to_start_frame(pick(soles, 1 - stance)[:, :2])
        yaw = odometry.yaw + pick(foot_yaw, 1 - stance)
        return GaitState(
            phase=np.where(rests, self._rest_phase, phase),
            start_phase=np.where(rests, self._rest_phase, start_phase),
            stance=stance,
            swing_start=np.where(lifts[:, None], lifted, state.swing_start),
            swing_rise=np.where(lifts | stop, _swing_rise(soles, stance), state.swing_rise),
            swing_yaw=np.where(lifts, yaw, state.swing_yaw),
            aim=np.where(lifts[:, None], np.nan, state.aim),
            standing=(state.standing & ~go) | stop,
        )

    def plan(
        self, state: GaitState, tick: Tick, offset: Array, ground: Ground | None = None
    ) -> GaitPlan:
        """Return the joint angles for now.

        Args:
            state: The robots' steps.
            tick: Their estimate.
            offset: Addition to the next footprint, upright frame, (N, 2) m.
            ground: The ground around them; None is level ground.
        """
        foothold = self.placement.foothold(state, tick, offset, ground)
        posture = self._trajectories.posture(state, tick, foothold)
        if state.standing.any():
            posture = posture.with_replaced(state.standing, self._standing.posture(state, tick))
        capture_point = tick.capture_point - pick(tick.body.soles, state.stance)[:, :2]
        return GaitPlan(self._reference(posture, tick), capture_point, foothold, posture.height)

    def _reference(self, posture: Posture, tick: Tick) -> Array:
        """Return joint angles beyond the feet's positions by what lets the motors push so."""
        sole = np.einsum("nsij,sj->nsi", posture.rotation, self.sole_centre)
        reference = self.kinematics.inverse(posture.feet - sole, posture.rotation)
        to_base = tick.body.upright.transpose(0, 2, 1)
        points = np.einsum("nij,nsj->nsi", to_base, posture.points)
        forces = np.einsum("nij,nsj->nsi", to_base, posture.forces)
        torque = tick.body.legs.support_torque(points, forces)
        return reference + (torque / self._leg_kp).reshape(len(reference), -1)

    def with_aim(self, state: GaitState, tick: Tick, plan: GaitPlan) -> GaitState:
        """Return the state of robots whose swing feet go where ``plan`` says."""
        place = pick(tick.body.soles, state.stance)[:, :2] + plan.foothold.place
        return dataclasses.replace(state, aim=tick.odometry.to_start_frame(place))


def _swing_rise(soles: Array, stance: Ids) -> Array:
    """Return the height of the other soles (N, 2, 3) above the ``stance`` ones, (N,) m."""
    rise = pick(soles, 1 - stance)[:, 2] - pick(soles, stance)[:, 2]
    return np.where(np.abs(rise) < LEVEL_M, 0.0, rise)
