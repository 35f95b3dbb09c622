"""Where the ground pushes on the feet, from the torques of the ankles."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.pendulum.feet import pick
from drive2walk.locomotion.pendulum.support import push_point
from drive2walk.robot.geometry.arrays import Array, Bools, Ids
from drive2walk.robot.geometry.bounds import bound
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics

# From a sole's centre to its edges: the ground can't push beyond.
EDGE_M = np.array([0.085, 0.03])


class CentreOfPressure:
    """The centre of pressure of one robot type.

    Args:
        kinematics: The legs.
        weight_n: Weight of the whole robot, in newtons.
        stand_gain: Distance beyond ξ that standing feet push, for each metre that ξ is off the
            middle between them.
    """

    def __init__(self, kinematics: LegKinematics, weight_n: float, stand_gain: float) -> None:
        self._kinematics, self._weight_n, self._stand_gain = kinematics, weight_n, stand_gain

    def estimate(self, tick: Tick, stance: Ids, standing: Bools, leg_torque: Array) -> Array:
        """Return where the ground pushes, relative to the base, upright frame, (N, 2) m.

        Args:
            tick: The robots' estimate.
            stance: Foot that stands, 0 left or 1 right, (N,).
            standing: Robots that stand on both feet, (N,).
            leg_torque: Torques of the leg joints, (N, num_leg_joints) N m.
        """
        body = tick.body
        ankle = np.einsum("nij,nsj->nsi", body.upright, body.legs.position)[..., :2]
        torque = self._kinematics.ankle_torque(leg_torque) / self._weight_n
        offset = np.stack([torque[..., 0], -torque[..., 1]], axis=-1)
        sole = pick(body.soles, stance)[:, :2]
        push = bound(pick(ankle + offset, stance), sole - EDGE_M, sole + EDGE_M)
        if standing.any():
            on_both = self._on_both_feet(tick, ankle, offset)
            push = np.where(standing[:, None], on_both, push)
        return push

    def _on_both_feet(self, tick: Tick, ankle: Array, offset: Array) -> Array:
        """Return the push of standing robots: lengthwise by the ankles, sideways as planned."""
        between = tick.between_feet
        push = push_point(tick.capture_point - between, tick.body.soles, self._stand_gain)
        ahead = ankle[..., 0].mean(axis=1) + offset[..., 0].sum(axis=1) - between[:, 0]
        push[:, 0] = between[:, 0] + np.clip(ahead, -EDGE_M[0], EDGE_M[0])
        return push
