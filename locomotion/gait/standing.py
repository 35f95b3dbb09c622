"""Standing on both feet: when to stand, when to step again, and how the feet push meanwhile."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.lean import ground_in_base
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.posture import Posture
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.pendulum.feet import yaw_rotation
from drive2walk.locomotion.pendulum.support import foot_pushes
from drive2walk.robot.geometry.arrays import Array, Bools, Ids

# ξ may be this far from the middle between the feet, forwards, before the robot steps; to begin
# to stand it must be nearer. Sideways it must not pass the soles' centres.
STEP_LENGTH_M, STAND_LENGTH_M = 0.065, 0.05
# Feet that stand are about side by side and parallel. They may be narrower than when stepping in
# place by this much; wider apart is as firm, and robots that carry something step wider.
MAX_STAGGER_M, MAX_YAW_RAD = 0.10, 0.25
MAX_NARROWER_M, MAX_WIDTH_M = 0.07, 0.40


def can_stand(capture_point: Array, soles: Array, foot_yaw: Array, width_m: float) -> Bools:
    """Return which robots can come to rest on the feet they have, (N,).

    Args:
        capture_point: ξ relative to the middle between the soles, upright frame, (N, 2) m.
        soles: Centres of the soles, left and right, upright frame, (N, 2, 3) m.
        foot_yaw: Yaw of the feet, (N, 2) rad.
        width_m: Distance between the feet when stepping in place, in metres.
    """
    apart = soles[:, 0] - soles[:, 1]
    side_by_side = np.abs(apart[:, 0]) < MAX_STAGGER_M
    wide_enough = (apart[:, 1] > width_m - MAX_NARROWER_M) & (apart[:, 1] < MAX_WIDTH_M)
    parallel = np.abs(foot_yaw).max(axis=1) < MAX_YAW_RAD
    x, y = np.abs(capture_point).T
    held = (x < STAND_LENGTH_M) & (y < apart[:, 1] / 2)
    return side_by_side & wide_enough & parallel & held


def must_step(capture_point: Array, soles: Array) -> Bools:
    """Return which robots can't hold their capture point between their feet, (N,).

    Arguments as in ``can_stand``.
    """
    reach = (soles[:, 0, 1] - soles[:, 1, 1]) / 2
    x, y = np.abs(capture_point).T
    return (x > STEP_LENGTH_M) | (y > reach)


def first_stance(capture_point: Array, command: Array) -> Ids:
    """Return the foot to stay on in the first step, 0 left or 1 right, (N,).

    The other one goes where the robot falls, walks or turns.

    Args:
        capture_point: ξ relative to the middle between the soles, upright frame, (N, 2) m.
        command: vx, vy, wz and height, (N, 4).
    """
    left = capture_point[:, 1] + 0.1 * command[:, 1] + 0.02 * command[:, 2]
    return np.where(left > 0, 1, 0)


class Standing:
    """The legs of robots that stand on both feet.

    Args:
        parameters: The gait's numbers.
        weight_n: Weight of the whole robot, in newtons.
    """

    def __init__(self, parameters: GaitParameters, weight_n: float) -> None:
        self.parameters = parameters
        self._weight_n = weight_n

    def posture(self, state: GaitState, tick: Tick) -> Posture:
        """Return the posture that brings ξ to rest over both feet."""
        row, stance = np.arange(len(tick.com)), state.stance
        level = np.zeros((len(row), 2))
        level[row, 1 - stance] = state.swing_rise
        level -= level.mean(axis=1, keepdims=True)
        height = tick.command[:, 3] - level[row, stance]
        return Posture(*self._feet(tick, level), *self._support(tick), height)

    def _feet(self, tick: Tick, level: Array) -> tuple[Array, Array]:
        """Return both soles' positions (N, 2, 3) and rotations in a base that is upright.

        Args:
            tick: The robots' estimate.
            level: Height of each sole above the middle between them, (N, 2) m.
        """
        sole, height = tick.body.soles.copy(), tick.command[:, 3]
        away = tick.com[:, :2] - tick.between_feet
        sole[..., :2] += self.parameters.stand_stiffness * away[:, None]
        sole[..., 2] = level - height[:, None]
        yaw = tick.body.foot_yaw - tick.body.foot_yaw.mean(axis=1, keepdims=True)
        ground = ground_in_base(height, self.parameters)
        turn = yaw_rotation(yaw.reshape(-1)).reshape(len(yaw), 2, 3, 3)
        return np.einsum("nij,nsj->nsi", ground, sole), ground[:, None] @ turn

    def _support(self, tick: Tick) -> tuple[Array, Array]:
        """Return where the ground carries the body and its forces, (N, 2, 3) m and N."""
        p, soles = self.parameters, tick.body.soles
        capture_point = tick.capture_point - tick.between_feet
        place, fraction = foot_pushes(capture_point, soles, p.stand_capture_gain)
        points = soles.copy()
        points[..., :2] += place
        scale = p.support_gain * self._weight_n / tick.com_height
        centre = (points * fraction[..., None]).sum(axis=1)
        force = (tick.com - centre)[:, None] * fraction[..., None] * scale[:, None, None]
        return points, force
