"""The agent: it joins the eyes, the legs and the arms of one robot."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from drive2walk.eyes import Sight
from drive2walk.locomotion.navigation.bump_detector import BumpDetector
from drive2walk.locomotion.navigation.navigator import Navigator
from drive2walk.locomotion.walking.arm_swing import ArmSwing
from drive2walk.perception.motion.turn_watch import TurnWatch
from drive2walk.perception.walkable_map import WalkableMap
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import rotation_from_gravity, transform
from drive2walk.robot.kinematics.head import HeadKinematics
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S


class Legs(Protocol):
    """A leg controller with odometry."""

    def step(self, body: Proprioception, command: Array) -> Array:
        """Return leg targets (num_leg_joints,) in radians for the command (vx, vy, wz)."""

    @property
    def pose(self) -> tuple[float, float, float]:
        """Believed x, y in metres and yaw in radians, in the frame of the start."""

    def take_gyro_bias(self, rate_rad_s: float) -> None:
        """Take a bias of the gyro about the vertical as known, in rad/s."""

    @property
    def forward_speed_m_s(self) -> float:
        """Mean forward speed of the last moments, in m/s."""

    @property
    def height_m(self) -> float:
        """Height of the pelvis above the ground under the stance foot, in metres."""


class Agent:
    """Turns camera images and proprioception into targets for all joints.

    It never reads the simulator's truth.

    Args:
        spec: Body of the robot.
        legs: Leg controller.
        goal: Position (x, y) of the goal in metres, in the frame of the robot's start.

    Attributes:
        map: Map of the ground.
        navigator: Planner and path follower.
        command: Last command (vx, vy, wz) in m/s and rad/s.
    """

    def __init__(self, spec: RobotSpec, legs: Legs, goal: tuple[float, float]) -> None:
        self._spec = spec
        self._legs = legs
        self._head = HeadKinematics(spec)
        self._arm_swing = ArmSwing(spec)
        self.map = WalkableMap()
        self.map.mark_free(0.0, 0.0, radius_m=2 * spec.footprint_radius_m)
        self.navigator = Navigator(self.map.grid, goal, spec.footprint_radius_m)
        self.command = np.zeros(3)
        self._turn_watch: TurnWatch | None = None
        self._bumps = BumpDetector()
        self._retreat_s = 0.0

    @property
    def pose(self) -> tuple[float, float, float]:
        """Believed x, y in metres and yaw in radians, in the odometry frame."""
        return self._legs.pose

    @property
    def arrived(self) -> bool:
        """Whether the robot believes it stands at the goal."""
        return self.navigator.plan.arrived

    def see(self, sight: Sight, body: Proprioception) -> None:
        """Add a view of the eyes to the map and plan again.

        Args:
            sight: View from the head camera.
            body: Proprioception at the time of the image.
        """
        T_odom_camera = self._T_odom_base(body) @ self._head.T_base_camera(body.joint_qpos)
        self.map.update(
            sight.walkable, sight.depth_m, sight.overhanging, sight.pinhole, T_odom_camera
        )
        if self._turn_watch is not None:
            self._turn_watch.see(sight.image, sight.depth_m, T_odom_camera)
        x, y, _ = self.pose
        self.map.mark_free(x, y, radius_m=self._spec.footprint_radius_m)
        self.navigator.replan(self.map.known_floor, self.map.obstacles, self.map.suspects, (x, y))

    def stand(self, body: Proprioception) -> Array:
        """Return targets (num_joints,) in radians to stand still, which shows the gyro's bias."""
        self.command = np.zeros(3)
        self._turn_watch = self._turn_watch or TurnWatch(self._spec.head_camera.pinhole)
        self._turn_watch.feel(body)
        return self._drive(body)

    def act(self, body: Proprioception) -> Array:
        """Return targets (num_joints,) in radians for the next control step."""
        self._end_stand()
        self._detect_bump()
        self.command = self.navigator.command(self.pose)
        if self.navigator.searched:
            self.map.doubt_touches()
        if self._retreat_s > 0:
            self._retreat_s -= CONTROL_DT_S
            self.command = np.array([-self._bumps.config.retreat_m_s, 0.0, 0.0])
        return self._drive(body)

    def _end_stand(self) -> None:
        """Take the gyro's bias where the eyes have watched the robot stand."""
        if self._turn_watch is None:
            return
        bias = self._turn_watch.gyro_bias_rad_s
        self._turn_watch = None
        if bias is not None:
            self._legs.take_gyro_bias(bias)

    def _drive(self, body: Proprioception) -> Array:
        legs = self._legs.step(body, self.command)
        upper = self._arm_swing.targets(body.joint_qpos[: len(legs)])
        return np.concatenate([legs, upper])

    def _detect_bump(self) -> None:
        """Mark an obstacle where the robot is blocked, and start to retreat from it."""
        speed = self._legs.forward_speed_m_s
        if not self._bumps.update(float(self.command[0]), speed, CONTROL_DT_S):
            return
        x, y, yaw = self.pose
        reach = self._bumps.config.reach_m
        ahead = (x + reach * np.cos(yaw), y + reach * np.sin(yaw))
        self.map.mark_obstacle(*ahead, radius_m=self.map.grid.resolution_m * 1.5)
        self._retreat_s = self._bumps.config.retreat_s

    def _T_odom_base(self, body: Proprioception) -> Array:
        x, y, yaw = self.pose
        rotation = rotation_from_gravity(body.projected_gravity, yaw)
        return transform(rotation, np.array([x, y, self._legs.height_m]))
