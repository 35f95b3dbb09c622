"""A tick: all that the legs estimate and are commanded at one control step, computed once."""

from __future__ import annotations

import dataclasses

from drive2walk.locomotion.estimation.body_pose import BodyPose
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.pendulum.balance import Balance
from drive2walk.locomotion.pendulum.feet import middle
from drive2walk.locomotion.pendulum.linear_pendulum import capture_point, natural_frequency
from drive2walk.robot.geometry.arrays import Array


@dataclasses.dataclass(frozen=True)
class Tick:
    """The estimate of N robots at one control step; gait and policy read it, nothing adds to it.

    Attributes:
        body: Pose of legs and base.
        odometry: Motion of the base.
        command: vx, vy, wz and height that the gait follows, (N, 4).
        com: Centre of mass relative to the base, upright frame, (N, 3) m.
        com_height: Height of the centre of mass above the ground, (N,) m.
        omega: Natural frequency of the pendulum, (N,) 1/s.
        capture_point: ξ relative to the base, upright frame, (N, 2) m.
        between_feet: Middle between the soles' centres, upright frame, (N, 2) m.
    """

    body: BodyPose
    odometry: Odometry
    command: Array
    com: Array
    com_height: Array
    omega: Array
    capture_point: Array
    between_feet: Array

    @classmethod
    def from_model(
        cls, balance: Balance, body: BodyPose, odometry: Odometry, command: Array
    ) -> Tick:
        """Return the tick of robots whose centre of mass is where their model has it."""
        height = command[:, 3]
        com_height = balance.com_height(height)
        com, omega = balance.centre_of_mass(body.upright, height), natural_frequency(com_height)
        point = capture_point(com[:, :2], odometry.velocity[:, :2], omega[:, None])
        between = middle(body.soles)
        return cls(body, odometry, command, com, com_height, omega, point, between)

    def with_com_shift(self, shift: Array) -> Tick:
        """Return the tick of robots whose centre of mass is off by ``shift``, (N, 2) m."""
        com = self.com.copy()
        com[:, :2] += shift
        velocity = self.odometry.velocity[:, :2]
        point = capture_point(com[:, :2], velocity, self.omega[:, None])
        return Tick(
            self.body,
            self.odometry,
            self.command,
            com,
            self.com_height,
            self.omega,
            point,
            self.between_feet,
        )
