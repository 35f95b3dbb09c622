"""The station of the base: where the robot shall stand, and the command that brings it there."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_rotate_inverse, quat_yaw, wrap_angle
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.scripts.motion.axes import quat_from_yaw
from drive2walk.teleop.scripts.motion.manner import Manner


class Station:
    """Keeps the base at a place, by a proportional command with an integrator near the goal.

    Args:
        world: The task. The station begins where its robot stands.

    Attributes:
        goal: x and y in metres and yaw in radians, in the world, (3,).
        reached: Whether the base is near enough to rest.
    """

    def __init__(self, world: TaskWorld) -> None:
        self._world = world
        x, y, _ = world.base.position
        self.goal = np.array([x, y, quat_yaw(world.base.quat)])
        self.reached = True
        self._error = np.zeros(3)
        self._drift = np.zeros(2)

    def move_to(self, x: float, y: float, yaw: float) -> None:
        """Set a new goal: x and y in metres and yaw in radians, in the world."""
        self.goal = np.array([x, y, yaw])
        self._error = self.measure_error()
        self._drift = np.zeros(2)
        self.reached = False

    def command(self, manner: Manner) -> Array:
        """Return the base command (vx, vy, wz) in m/s and rad/s, (3,)."""
        if self.reached:
            return np.zeros(3)
        motion = manner.gain_hz * self._error[:2]
        motion /= max(1.0, float(np.hypot(*motion)) / manner.walk_m_s)
        wz = np.clip(manner.gain_hz * self._error[2], -manner.turn_rad_s, manner.turn_rad_s)
        return np.array([*(motion + self._drift), wz])

    def measure_error(self) -> Array:
        """Return the way to the goal: forward and left in metres, turn in radians, (3,)."""
        base = self._world.base
        yaw = float(quat_yaw(base.quat))
        offset = np.array([*(self.goal[:2] - base.position[:2]), 0.0])
        forward, left, _ = quat_rotate_inverse(quat_from_yaw(yaw), offset)
        return np.array([forward, left, float(wrap_angle(self.goal[2] - yaw))])

    def update(self, manner: Manner) -> None:
        """Take in where the base is after one control step."""
        self._error += (self.measure_error() - self._error) * CONTROL_DT_S / manner.sway_s
        self.reached = self._is_near(manner)
        if not self.reached and np.hypot(*self._error[:2]) < manner.drift_near_m:
            drift = self._drift + manner.drift_hz * self._error[:2] * CONTROL_DT_S
            self._drift = np.clip(drift, -manner.drift_m_s, manner.drift_m_s)

    def _is_near(self, manner: Manner) -> bool:
        """Return whether the base is near enough, with a wider tolerance once it rests."""
        near_m, near_rad = manner.near_m, manner.near_rad
        if self.reached:
            near_m, near_rad = near_m + manner.stray_m, near_rad + manner.stray_rad
        return bool(np.hypot(*self._error[:2]) < near_m and abs(self._error[2]) < near_rad)
