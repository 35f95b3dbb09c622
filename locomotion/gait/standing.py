"""Standing on both feet: when to, when to step again, and how the feet push meanwhile.

Under both feet the ground's push may be anywhere in the support, so that the capture point can be
brought to rest without a step: ξ' = ω0 (ξ − p) for a push at p. Source: Englsberger et al.,
"Three-dimensional bipedal walking control based on divergent component of motion", 2015.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.estimation.odometry import BodyPose
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.posture import Posture
from drive2walk.locomotion.pendulum.balance import Balance, lean
from drive2walk.locomotion.pendulum.feet import middle, yaw_rotation
from drive2walk.robot.geometry.arrays import Array, Bools

# The push stays this far inside the support: a foot that pushes with its edge tips over.
HALF_LENGTH_M, HALF_WIDTH_M = 0.07, 0.02
# ξ may stray this far from the middle between the feet, forwards, before the robot steps; to
# begin to stand it must be nearer. Sideways it must not pass the soles' centres.
STEP_LENGTH_M, STAND_LENGTH_M = 0.065, 0.05
# Feet that stand are about side by side and parallel; no nearer than this short of their distance
# when stepping in place, but wider apart is as firm, and robots that carry something step wider.
MAX_STAGGER_M, MAX_YAW_RAD = 0.10, 0.25
MAX_NARROWER_M, MAX_WIDTH_M = 0.07, 0.40


def can_stand(xi: Array, soles: Array, foot_yaw: Array, width_m: float) -> Bools:
    """Return which robots can come to rest on the feet they have, (N,).

    Args:
        xi: capture point less the middle between the soles, upright frame, (N, 2) m.
        soles: centres of the soles, left and right, upright frame, (N, 2, 3) m.
        foot_yaw: of the feet, (N, 2) rad.
        width_m: between the feet when stepping in place.
    """
    apart = soles[:, 0] - soles[:, 1]
    side_by_side = np.abs(apart[:, 0]) < MAX_STAGGER_M
    wide_enough = (apart[:, 1] > width_m - MAX_NARROWER_M) & (apart[:, 1] < MAX_WIDTH_M)
    parallel = np.abs(foot_yaw).max(axis=1) < MAX_YAW_RAD
    held = (np.abs(xi[:, 0]) < STAND_LENGTH_M) & (np.abs(xi[:, 1]) < apart[:, 1] / 2)
    return side_by_side & wide_enough & parallel & held


def must_step(xi: Array, soles: Array) -> Bools:
    """Return which robots can't hold their capture point between their feet, (N,)."""
    reach = (soles[:, 0, 1] - soles[:, 1, 1]) / 2
    return (np.abs(xi[:, 0]) > STEP_LENGTH_M) | (np.abs(xi[:, 1]) > reach)


def first_stance(xi: Array, command: Array) -> NDArray[np.intp]:
    """Return the foot to stay on in the first step, 0 left or 1 right, (N,).

    The other one goes where the robot falls, is told to go or is told to turn.
    """
    left = xi[:, 1] + 0.1 * command[:, 1] + 0.02 * command[:, 2]
    return np.where(left > 0, 1, 0)


def pushes(xi: Array, soles: Array, gain: float) -> tuple[Array, Array]:
    """Return where each foot pushes, (N, 2, 2) m from its sole's centre, and its share, (N, 2).

    Args:
        xi: capture point less the middle between the soles, (N, 2) m.
        soles: centres of the soles, upright frame, (N, 2, 3) m.
        gain: how far beyond ξ to push, for each metre that it is off the middle.
    """
    point = (1 + gain) * xi
    reach = np.maximum((soles[:, 0, 1] - soles[:, 1, 1]) / 2, 1e-3)
    left = np.clip(0.5 + point[:, 1] / (2 * reach), 0, 1)
    on_foot = np.empty((len(xi), 2, 2))
    on_foot[..., 0] = np.clip(point[:, :1], -HALF_LENGTH_M, HALF_LENGTH_M)
    beyond = point[:, 1] - np.clip(point[:, 1], -reach, reach)
    on_foot[..., 1] = np.clip(beyond, -HALF_WIDTH_M, HALF_WIDTH_M)[:, None]
    return on_foot, np.stack([left, 1 - left]).T


class Standing:
    """The legs of robots that stand on both feet.

    Args:
        parameters: the gait's numbers.
        balance: the body over the feet.
    """

    def __init__(self, parameters: GaitParameters, balance: Balance) -> None:
        self.parameters = parameters
        self._balance = balance

    def posture(
        self,
        body: BodyPose,
        com: Array,
        xi: Array,
        command: Array,
        stance: NDArray[np.intp],
        rise: Array,
    ) -> Posture:
        """Return what brings ξ to rest over both feet.

        Args:
            body: the robots' pose.
            com: centre of mass from the base, upright frame, (N, 3) m.
            xi: capture point, the same, (N, 2) m.
            command: vx, vy, wz and height, (N, 4).
            stance: the feet that their gait stands on, (N,).
            rise: how much higher the other soles are, (N,) m.
        """
        row = np.arange(len(com))
        level = np.zeros((len(com), 2))
        level[row, 1 - stance] = rise
        level -= level.mean(axis=1, keepdims=True)
        feet = self.feet(body, com, command, level)
        support = self.support(body, com, xi, command)
        return Posture(*feet, *support, command[:, 3] - level[row, stance])

    def feet(self, body: BodyPose, com: Array, command: Array, level: Array) -> tuple[Array, Array]:
        """Return both soles' places (N, 2, 3) and rotations in a base that is upright.

        Args:
            body: the robots' pose.
            com: centre of mass from the base, upright frame, (N, 3) m.
            command: vx, vy, wz and height, (N, 4).
            level: how high each sole is over the middle between them, (N, 2) m.
        """
        sole = body.soles.copy()
        away = com[:, :2] - middle(body.soles)
        sole[..., :2] += self.parameters.stand_stiffness * away[:, None]
        sole[..., 2] = level - command[:, 3:]
        yaw = body.foot_yaw()
        yaw -= yaw.mean(axis=1, keepdims=True)
        ground = lean(command[:, 3], self.parameters)[:, None]
        turn = yaw_rotation(yaw.reshape(-1)).reshape(len(yaw), 2, 3, 3)
        return np.einsum("nij,nsj->nsi", ground[:, 0], sole), ground @ turn

    def push(self, xi: Array, soles: Array) -> Array:
        """Return where the ground shall push on both feet, from the base, (N, 2) m.

        Args:
            xi: capture point less the middle between the soles, (N, 2) m.
            soles: centres of the soles, upright frame, (N, 2, 3) m.
        """
        place, share = pushes(xi, soles, self.parameters.stand_capture_gain)
        point: Array = ((soles[..., :2] + place) * share[..., None]).sum(axis=1)
        return point

    def support(self, body: BodyPose, com: Array, xi: Array, command: Array) -> tuple[Array, Array]:
        """Return where the ground carries the body and by what force, so that ξ comes to rest.

        Both are (N, 2, 3), m and N, in the upright frame.

        Args:
            body: the robots' pose.
            com: centre of mass from the base, upright frame, (N, 3) m.
            xi: capture point, the same, (N, 2) m.
            command: vx, vy, wz and height, (N, 4).
        """
        p = self.parameters
        place, share = pushes(xi - middle(body.soles), body.soles, p.stand_capture_gain)
        points = body.soles.copy()
        points[..., :2] += place
        scale = p.support_gain * self._balance.weight_n / self._balance.com_height(command)
        centre = (points * share[..., None]).sum(axis=1)
        force = (com - centre)[:, None] * share[..., None] * scale[:, None, None]
        return points, force
