"""The gait: takes turns between the feet, places them by the capture point, holds the body up.

The stance leg carries the body as if it were upright at the wanted height; the swing leg goes
to where the capture point will be when it lands. The outcome is joint angles for the legs.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from locomotion.gait_parameters import GaitParameters
from locomotion.odometry import BodyPose, Odometry, turned
from locomotion.pendulum import (
    GRAVITY_M_S2,
    capture_point,
    natural_frequency,
    phase_from_rest,
    predicted_capture_point,
    stride_offset,
    sway_offset,
)
from robot.leg_kinematics import LegKinematics

Array = NDArray[np.float64]

MAX_STRIDE_M = 0.55
MAX_SPREAD_M = 0.45
# A foot that has just landed still slides and flexes for this part of its step.
LANDING_PHASE = 0.1
# The swing foot is over its landing place for the last part of the step.
LANDED_PHASE = 0.9


@dataclasses.dataclass(frozen=True)
class GaitState:
    """Where N robots are in their step.

    Attributes:
        phase: of the step, (N,) in [0, 1).
        start_phase: at which this step began, (N,).
        stance: the foot that stands, 0 left or 1 right, (N,).
        swing_start: where the swing sole lifted off, in the odometry's frame, (N, 2) m.
        swing_yaw: the swing foot's yaw there, in the odometry's frame, (N,) rad.
    """

    phase: Array
    start_phase: Array
    stance: NDArray[np.intp]
    swing_start: Array
    swing_yaw: Array

    @property
    def resting(self) -> NDArray[np.intp]:
        """The foot that lies still, (N,): the last one until the new one has landed."""
        return np.where(self.phase < LANDING_PHASE, 1 - self.stance, self.stance)


@dataclasses.dataclass(frozen=True)
class GaitPlan:
    """What the gait wants now, for N robots.

    Attributes:
        reference: leg joint angles, (N, 12) rad.
        capture_point: from the stance sole's centre, upright frame, (N, 2) m.
        landing: the next footprint from the stance sole's centre, upright frame, (N, 2) m.
    """

    reference: Array
    capture_point: Array
    landing: Array


class Gait:
    """The gait of one robot type, for any number of robots.

    Args:
        kinematics: the legs.
        parameters: the gait's numbers.
        sole_centre: of both feet in their own frames, (2, 3) m.
        com: centre of mass in the base frame at home, (3,) m.
        mass_kg: of the whole robot.
        leg_kp: position gains of the leg joints, (12,) N m/rad.
    """

    def __init__(
        self,
        kinematics: LegKinematics,
        parameters: GaitParameters,
        *,
        sole_centre: Array,
        com: Array,
        mass_kg: float,
        leg_kp: Array,
    ) -> None:
        self.kinematics = kinematics
        self.parameters = parameters
        self.sole_centre = sole_centre
        self._com = com + np.array([parameters.com_shift_m, 0, 0])
        self._weight_n = mass_kg * GRAVITY_M_S2
        self._leg_kp = leg_kp.reshape(2, -1)
        self._com_height_m = parameters.height_m + com[2]
        self.omega = natural_frequency(self._com_height_m)

    def start(self, odometry: Odometry, stance: NDArray[np.intp]) -> GaitState:
        """Return the gait of robots that stand and will first stand on ``stance``, (N,)."""
        count = len(stance)
        phase = np.full(count, phase_from_rest(self.parameters.step_s, self.omega))
        swing_start = odometry.to_start_frame(_pick(odometry.soles, 1 - stance)[:, :2])
        return GaitState(phase, phase.copy(), stance, swing_start, odometry.yaw.copy())

    def advanced(
        self, state: GaitState, body: BodyPose, odometry: Odometry, rate: Array, dt: float
    ) -> GaitState:
        """Return the gait ``dt`` seconds later; ``rate`` (N,) scales the phase's speed."""
        phase = state.phase + rate * dt / self.parameters.step_s
        switch = phase >= 1
        stance = np.where(switch, 1 - state.stance, state.stance)
        lifted = odometry.to_start_frame(_pick(body.soles, 1 - stance)[:, :2])
        foot_yaw = odometry.yaw + _pick(body.foot_yaw(), 1 - stance)
        return GaitState(
            phase=np.where(switch, phase - 1, phase),
            start_phase=np.where(switch, 0.0, state.start_phase),
            stance=stance,
            swing_start=np.where(switch[:, None], lifted, state.swing_start),
            swing_yaw=np.where(switch, foot_yaw, state.swing_yaw),
        )

    def plan(
        self,
        state: GaitState,
        body: BodyPose,
        odometry: Odometry,
        command: Array,
        placement: Array,
    ) -> GaitPlan:
        """Return the joint angles for now.

        Args:
            state: where in the step the robots are.
            body: their pose.
            odometry: their motion.
            command: vx, vy, wz, (N, 3).
            placement: added to the next footprint, upright frame, (N, 2) m.
        """
        com = np.einsum("nij,j->ni", body.upright, self._com) - _pick(body.soles, state.stance)
        xi = capture_point(com[:, :2], odometry.velocity[:, :2], self.omega)
        landing = self._landing(state, xi, odometry, command) + placement
        landing = self._within_reach(landing, state.stance)
        feet = np.empty((len(xi), 2, 3))
        rotation = np.empty((len(xi), 2, 3, 3))
        row = np.arange(len(xi))
        stance, swing = state.stance, 1 - state.stance
        feet[row, swing], rotation[row, swing] = self._swing(
            state, body, odometry, command, landing
        )
        feet[row, stance], rotation[row, stance] = self._stance(state, body, command)
        ankles = feet - np.einsum("nsij,sj->nsi", rotation, self.sole_centre)
        reference = self.kinematics.inverse(ankles, rotation)
        reference += self._support(state, body, com)
        return GaitPlan(reference, xi, landing)

    def _landing(self, state: GaitState, xi: Array, odometry: Odometry, command: Array) -> Array:
        """Return the footprint that makes ξ continue the wanted walk, (N, 2) m."""
        p = self.parameters
        side = _side_of(1 - state.stance)
        # A sidestep towards the stance foot needs room to keep the feet apart.
        width = np.maximum(p.width_m, p.min_separation_m + np.abs(command[:, 1]) * p.step_s)
        left_s = (1 - state.phase) * p.step_s
        # The next step's direction: until its middle the body turns this much more.
        velocity = turned(command[:, :2], command[:, 2] * (left_s + p.step_s / 2))
        walk = velocity * p.step_s
        walk[:, 1] += side * width
        ahead = p.stride_gain * stride_offset(velocity, p.step_s, self.omega)
        ahead[:, 1] -= side * sway_offset(width, p.step_s, self.omega)
        error = predicted_capture_point(xi, left_s[:, None], self.omega) - ahead - walk
        slip = odometry.mean_velocity[:, :2] - command[:, :2]
        return walk + np.array(p.capture_gain) * error + np.array(p.velocity_gain_s) * slip

    def _within_reach(self, landing: Array, stance: NDArray[np.intp]) -> Array:
        side = _side_of(1 - stance)
        x = np.clip(landing[:, 0], -MAX_STRIDE_M, MAX_STRIDE_M)
        y = side * np.clip(side * landing[:, 1], self.parameters.min_separation_m, MAX_SPREAD_M)
        return np.stack([x, y]).T

    def _swing(
        self, state: GaitState, body: BodyPose, odometry: Odometry, command: Array, landing: Array
    ) -> tuple[Array, Array]:
        """Return the swing sole's place and rotation in the true base frame."""
        p = self.parameters
        stance_sole = _pick(body.soles, state.stance)
        done = (state.phase - state.start_phase) / (1 - state.start_phase)
        along = _smooth_step(done / LANDED_PHASE)[:, None]
        start = odometry.from_start_frame(state.swing_start)
        sole = np.empty((len(done), 3))
        sole[:, :2] = start + along * (stance_sole[:, :2] + landing - start)
        sole[:, :2] -= p.lead_s * odometry.velocity[:, :2]
        sole[:, 2] = stance_sole[:, 2] + p.clearance_m * np.sin(np.pi * done) ** 2
        start_yaw = state.swing_yaw - odometry.yaw
        yaw = start_yaw + along[:, 0] * (command[:, 2] * p.step_s / 2 - start_yaw)
        to_base = body.upright.transpose(0, 2, 1)
        return np.einsum("nij,nj->ni", to_base, sole), np.einsum(
            "nij,njk->nik", to_base, _yaw_rotation(yaw)
        )

    def _stance(self, state: GaitState, body: BodyPose, command: Array) -> tuple[Array, Array]:
        """Return the stance sole's place and rotation in a base that is upright."""
        p = self.parameters
        # Over the ground the foot is aimed where it is: the ankle then pushes neither way, as on
        # the pendulum's point foot.
        sole = _pick(body.soles, state.stance).copy()
        sole[:, 2] = -p.height_m
        yaw = command[:, 2] * p.step_s * (0.5 - state.phase)
        sin, cos = np.sin(p.pitch_rad), np.cos(p.pitch_rad)
        lean = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        return sole @ lean.T, lean @ _yaw_rotation(yaw)

    def _support(self, state: GaitState, body: BodyPose, com: Array) -> Array:
        """Return joint offsets that carry the body's weight, (N, 12) rad."""
        p = self.parameters
        share = p.support_gain * (0.5 + 0.5 * np.minimum(state.phase / 0.1, 1.0))
        # The ground's push points from the sole through the centre of mass.
        push = com * (self._weight_n * share / self._com_height_m)[:, None]
        force = np.zeros((len(com), 2, 3))
        row = np.arange(len(com))
        force[row, state.stance] = np.einsum("nji,nj->ni", body.upright, push)
        torque = body.legs.support_torque(body.legs.points(self.sole_centre), force)
        return (torque / self._leg_kp).reshape(len(com), -1)


def _pick(per_foot: Array, foot: NDArray[np.intp]) -> Array:
    """Return the row of each robot's ``foot`` from (N, 2, ...)."""
    return per_foot[np.arange(len(foot)), foot]


def _side_of(foot: NDArray[np.intp]) -> Array:
    """Return +1 for a left and −1 for a right foot."""
    return np.where(foot == 0, 1.0, -1.0)


def _smooth_step(x: Array) -> Array:
    share: Array = np.clip(x, 0.0, 1.0)
    return share**2 * (3.0 - 2.0 * share)


def _yaw_rotation(yaw: Array) -> Array:
    """Return (N, 3, 3) rotations about z."""
    rotation = np.zeros((len(yaw), 3, 3))
    sin, cos = np.sin(yaw), np.cos(yaw)
    rotation[:, 0, 0], rotation[:, 0, 1] = cos, -sin
    rotation[:, 1, 0], rotation[:, 1, 1] = sin, cos
    rotation[:, 2, 2] = 1.0
    return rotation
