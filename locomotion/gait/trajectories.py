"""How the legs move in a step: the swing foot to its foothold, the stance leg under the body."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.footholds import Foothold
from drive2walk.locomotion.gait.lean import ground_in_base
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.placement import lift_off
from drive2walk.locomotion.gait.posture import Posture
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.pendulum.feet import keep_apart, pick, side_of, yaw_rotation
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound

# The swing foot is over its landing place for the last part of the step.
LANDED_PHASE = 0.9
# Fraction of the way from the lower of two supports to the higher one that the base goes, at the
# change of feet.
HIGHER_FRACTION = 0.25
# The foot climbs in the first, or goes down in the last, part of the step of this length.
CLIMB_PHASE = 0.4


class Trajectories:
    """The legs of robots that walk.

    Args:
        parameters: The gait's numbers.
        weight_n: Weight of the whole robot, in newtons.
    """

    def __init__(self, parameters: GaitParameters, weight_n: float) -> None:
        self.parameters = parameters
        self._weight_n = weight_n

    def posture(self, state: GaitState, tick: Tick, foothold: Foothold) -> Posture:
        """Return how the stance leg carries the body while the other swings to ``foothold``."""
        row, stance = np.arange(len(tick.com)), state.stance
        height = self._height(state, tick, foothold)
        feet, rotation = np.empty((len(row), 2, 3)), np.empty((len(row), 2, 3, 3))
        feet[row, 1 - stance], rotation[row, 1 - stance] = self._swing(state, tick, foothold)
        feet[row, stance], rotation[row, stance] = self._stance(state, tick, height)
        return Posture(feet, rotation, *self._support(state, tick), height)

    def _height(self, state: GaitState, tick: Tick, foothold: Foothold) -> Array:
        """Return the wanted height of the base above the stance sole, (N,) m.

        Between one support and the next it is measured from a level nearer to the lower one,
        which a stretched leg must reach.
        """
        done = _smooth_step(state.phase)
        before, after = (
            np.minimum(rise, 0.0) + HIGHER_FRACTION * np.abs(rise)
            for rise in (state.swing_rise, foothold.rise)
        )
        height: Array = tick.command[:, 3] + (1 - done) * before + done * after
        return height

    def _swing(self, state: GaitState, tick: Tick, foothold: Foothold) -> tuple[Array, Array]:
        """Return the swing sole's position and rotation in the true base frame."""
        p, body, odometry = self.parameters, tick.body, tick.odometry
        stance_sole, start = pick(body.soles, state.stance), lift_off(state, tick)
        done = (state.phase - state.start_phase) / (1 - state.start_phase)
        along = _smooth_step(done / LANDED_PHASE)
        way = start[:, :2] - stance_sole[:, :2]
        way += along[:, None] * (foothold.place - way)
        stance_yaw = pick(body.foot_yaw, state.stance)[:, None]
        way = keep_apart(way, side_of(1 - state.stance), stance_yaw, p.min_separation_m)
        sole = np.empty((len(done), 3))
        sole[:, :2] = stance_sole[:, :2] + way - p.lead_s * odometry.velocity[:, :2]
        sole[:, 2] = self._swing_height(state, foothold, start[:, 2], done)
        start_yaw = state.swing_yaw - odometry.yaw
        yaw = start_yaw + along * (tick.command[:, 2] * p.step_s / 2 - start_yaw)
        to_base = body.upright.transpose(0, 2, 1)
        rotation = np.einsum("nij,njk->nik", to_base, yaw_rotation(yaw))
        return np.einsum("nij,nj->ni", to_base, sole), rotation

    def _swing_height(
        self, state: GaitState, foothold: Foothold, start: Array, done: Array
    ) -> Array:
        """Return the height of the swing sole that lifted off at ``start`` (N,), (N,) m."""
        # It climbs before what is higher and goes down behind it.
        climb = foothold.rise - state.swing_rise
        soon = np.where(climb > 0, done / CLIMB_PHASE, 1 - (1 - done) / CLIMB_PHASE)
        arch = (self.parameters.clearance_m + foothold.hurdle) * np.sin(np.pi * done) ** 2
        height: Array = start + climb * _smooth_step(soon) + arch
        return height

    def _stance(self, state: GaitState, tick: Tick, height: Array) -> tuple[Array, Array]:
        """Return the stance sole's position and rotation in an upright base at ``height`` (N,)."""
        p, command = self.parameters, tick.command
        # Horizontally the foot is aimed where it is: the ankle then pushes neither way, as on the
        # pendulum's point foot.
        sole = pick(tick.body.soles, state.stance)
        sole[:, 2] = -height
        yaw = command[:, 2] * p.step_s * (0.5 - state.phase)
        ground = ground_in_base(command[:, 3], p)
        return np.einsum("nij,nj->ni", ground, sole), ground @ yaw_rotation(yaw)

    def _support(self, state: GaitState, tick: Tick) -> tuple[Array, Array]:
        """Return where the ground carries the body and its forces, (N, 2, 3) m and N."""
        soles = tick.body.soles
        fraction = self.parameters.support_gain * (0.5 + 0.5 * np.minimum(state.phase / 0.1, 1.0))
        # The ground's push points from the sole through the centre of mass.
        arm = tick.com - pick(soles, state.stance)
        force = np.zeros_like(soles)
        scale = self._weight_n * fraction / tick.com_height
        force[np.arange(len(arm)), state.stance] = arm * scale[:, None]
        return soles, force


def _smooth_step(x: Array) -> Array:
    """Return 3x² − 2x³ of x held within [0, 1]."""
    held: Array = bound(x, 0.0, 1.0)
    return held * held * (3.0 - 2.0 * held)
