"""A step: where the swing foot lands, how the legs move, how the stance leg carries the body."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.estimation.odometry import BodyPose, Odometry, turned
from drive2walk.locomotion.gait.footholds import Foothold
from drive2walk.locomotion.gait.ground import Ground
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.posture import Posture
from drive2walk.locomotion.pendulum.balance import Balance, lean
from drive2walk.locomotion.pendulum.feet import kept_apart, pick, side_of, yaw_rotation
from drive2walk.locomotion.pendulum.linear_pendulum import (
    predicted_capture_point,
    stride_offset,
    sway_offset,
)
from drive2walk.robot.geometry.arrays import Array

# The swing foot is over its landing place for the last part of the step.
LANDED_PHASE = 0.9
# How far the base goes from the lower of two supports to the higher one, at the change of feet.
HIGHER_SHARE = 0.25
# It climbs in the first, or goes down in the last, part of the step of this length.
CLIMB_SHARE = 0.4


@dataclasses.dataclass(frozen=True)
class GaitState:
    """Where N robots are in their step.

    Attributes:
        phase: of the step, (N,) in [0, 1).
        start_phase: at which this step began, (N,).
        stance: the foot that stands, 0 left or 1 right, (N,).
        swing_start: where the swing sole lifted off, in the odometry's frame, (N, 2) m.
        swing_rise: how much higher than the stance sole it was there, or is while both stand,
            (N,) m.
        swing_yaw: the swing foot's yaw there, in the odometry's frame, (N,) rad.
        aim: where the swing foot is going, in the odometry's frame, NaN as long as that is open,
            (N, 2) m.
        standing: on both feet; the phase waits for the first step, (N,) bool.
    """

    phase: Array
    start_phase: Array
    stance: NDArray[np.intp]
    swing_start: Array
    swing_rise: Array
    swing_yaw: Array
    aim: Array
    standing: NDArray[np.bool_]

    def resting(self, landing_phase: float) -> NDArray[np.intp]:
        """Return the foot that lies still, (N,): the last one until the new one has landed."""
        return np.where(self.phase < landing_phase, 1 - self.stance, self.stance)


class Stepping:
    """The legs of robots that walk.

    Args:
        parameters: the gait's numbers.
        balance: the body over the feet.
    """

    def __init__(self, parameters: GaitParameters, balance: Balance) -> None:
        self.parameters = parameters
        self._balance = balance

    def landing(self, state: GaitState, xi: Array, odometry: Odometry, command: Array) -> Array:
        """Return the footprint that makes ξ continue the wanted walk, (N, 2) m."""
        p = self.parameters
        side = side_of(1 - state.stance)
        # A sidestep towards the stance foot needs room to keep the feet apart.
        width = np.maximum(p.width_m, p.min_separation_m + np.abs(command[:, 1]) * p.step_s)
        left_s = (1 - state.phase) * p.step_s
        # The next step's direction: until its middle the body turns this much more.
        velocity = turned(command[:, :2], command[:, 2] * (left_s + p.step_s / 2))
        walk = velocity * p.step_s
        walk[:, 1] += side * width
        omega = self._balance.omega(command)
        ahead = p.stride_gain * stride_offset(velocity, p.step_s, omega[:, None])
        ahead[:, 1] -= side * sway_offset(width, p.step_s, omega)
        error = predicted_capture_point(xi, left_s[:, None], omega[:, None]) - ahead - walk
        slip = odometry.mean_velocity[:, :2] - command[:, :2]
        return walk + np.array(p.capture_gain) * error + np.array(p.velocity_gain_s) * slip

    def within_reach(
        self, landing: Array, state: GaitState, body: BodyPose, command: Array
    ) -> Array:
        """Return footprints (N, 2) that the legs can reach without crossing, (N, 2) m."""
        p = self.parameters
        side = side_of(1 - state.stance)
        turn = (1.5 - state.phase) * p.step_s * command[:, 2]
        yaw = np.stack([pick(body.foot_yaw(), state.stance), turn]).T
        x = np.clip(landing[:, 0], -p.max_stride_m, p.max_stride_m)
        y = side * np.minimum(side * landing[:, 1], p.max_spread_m)
        return kept_apart(np.stack([x, y]).T, side, yaw, p.min_separation_m)

    def lift_off(self, state: GaitState, body: BodyPose, odometry: Odometry) -> Array:
        """Return where the swing soles lifted off, upright frame, (N, 3) m."""
        start = odometry.from_start_frame(state.swing_start)
        return np.column_stack([start, pick(body.soles, state.stance)[:, 2] + state.swing_rise])

    def foothold(
        self,
        landing: Array,
        state: GaitState,
        body: BodyPose,
        odometry: Odometry,
        ground: Ground | None,
    ) -> Foothold:
        """Return where the swing feet will stand near ``landing`` (N, 2)."""
        if ground is None:
            return Foothold.level(landing)
        stance = pick(body.soles, state.stance)
        aim = odometry.from_start_frame(state.aim) - stance[:, :2]
        start = self.lift_off(state, body, odometry)
        side = side_of(1 - state.stance)
        return Foothold.find(landing, aim, state.phase, side, start, stance, ground)

    def posture(
        self,
        state: GaitState,
        body: BodyPose,
        odometry: Odometry,
        command: Array,
        com: Array,
        foothold: Foothold,
    ) -> Posture:
        """Return how the stance leg carries the body while the other swings to ``foothold``.

        Args:
            state: where in the step the robots are.
            body: their pose.
            odometry: their motion.
            command: vx, vy, wz and height, (N, 4).
            com: centre of mass from the base, upright frame, (N, 3) m.
            foothold: where the swing feet will stand.
        """
        row, stance = np.arange(len(com)), state.stance
        height = self.height(state, foothold, command)
        feet, rotation = np.empty((len(com), 2, 3)), np.empty((len(com), 2, 3, 3))
        swing = self.swing(state, body, odometry, command, foothold)
        feet[row, 1 - stance], rotation[row, 1 - stance] = swing
        feet[row, stance], rotation[row, stance] = self.stance(state, body, command, height)
        return Posture(feet, rotation, *self.support(state, body, com, command), height)

    def height(self, state: GaitState, foothold: Foothold, command: Array) -> Array:
        """Return the wanted height of the base above the stance sole, (N,) m.

        Between one support and the next it is measured from a level nearer to the lower one,
        which a stretched leg must reach.
        """
        share = _smooth_step(state.phase)
        before, after = (
            np.minimum(rise, 0.0) + HIGHER_SHARE * np.abs(rise)
            for rise in (state.swing_rise, foothold.rise)
        )
        height: Array = command[:, 3] + (1 - share) * before + share * after
        return height

    def swing(
        self,
        state: GaitState,
        body: BodyPose,
        odometry: Odometry,
        command: Array,
        foothold: Foothold,
    ) -> tuple[Array, Array]:
        """Return the swing sole's place and rotation in the true base frame."""
        p = self.parameters
        stance_sole = pick(body.soles, state.stance)
        start = self.lift_off(state, body, odometry)
        done = (state.phase - state.start_phase) / (1 - state.start_phase)
        along = _smooth_step(done / LANDED_PHASE)
        way = start[:, :2] - stance_sole[:, :2]
        way += along[:, None] * (foothold.place - way)
        stance_yaw = pick(body.foot_yaw(), state.stance)[:, None]
        way = kept_apart(way, side_of(1 - state.stance), stance_yaw, p.min_separation_m)
        sole = np.empty((len(done), 3))
        sole[:, :2] = stance_sole[:, :2] + way - p.lead_s * odometry.velocity[:, :2]
        # Up before what is higher, down behind it.
        climb = foothold.rise - state.swing_rise
        soon = np.where(climb > 0, done / CLIMB_SHARE, 1 - (1 - done) / CLIMB_SHARE)
        sole[:, 2] = start[:, 2] + climb * _smooth_step(soon)
        sole[:, 2] += (p.clearance_m + foothold.hurdle) * np.sin(np.pi * done) ** 2
        start_yaw = state.swing_yaw - odometry.yaw
        yaw = start_yaw + along * (command[:, 2] * p.step_s / 2 - start_yaw)
        to_base = body.upright.transpose(0, 2, 1)
        return np.einsum("nij,nj->ni", to_base, sole), np.einsum(
            "nij,njk->nik", to_base, yaw_rotation(yaw)
        )

    def stance(
        self, state: GaitState, body: BodyPose, command: Array, height: Array
    ) -> tuple[Array, Array]:
        """Return the stance sole's place and rotation in an upright base, ``height`` (N,) m up."""
        p = self.parameters
        # Over the ground the foot is aimed where it is: the ankle then pushes neither way, as on
        # the pendulum's point foot.
        sole = pick(body.soles, state.stance).copy()
        sole[:, 2] = -height
        yaw = command[:, 2] * p.step_s * (0.5 - state.phase)
        ground = lean(command[:, 3], p)
        return np.einsum("nij,nj->ni", ground, sole), ground @ yaw_rotation(yaw)

    def support(
        self, state: GaitState, body: BodyPose, com: Array, command: Array
    ) -> tuple[Array, Array]:
        """Return where the ground carries the walking body and by what force.

        Both are (N, 2, 3), m and N, in the upright frame.
        """
        p = self.parameters
        share = p.support_gain * (0.5 + 0.5 * np.minimum(state.phase / 0.1, 1.0))
        # The ground's push points from the sole through the centre of mass.
        arm = com - pick(body.soles, state.stance)
        force = np.zeros((len(com), 2, 3))
        scale = self._balance.weight_n * share / self._balance.com_height(command)
        force[np.arange(len(com)), state.stance] = arm * scale[:, None]
        return body.soles, force


def _smooth_step(x: Array) -> Array:
    share: Array = np.clip(x, 0.0, 1.0)
    return share**2 * (3.0 - 2.0 * share)
