"""The agent: joins the eyes, the legs and the arms of one robot."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.navigation.bump_detector import BumpDetector
from drive2walk.locomotion.navigation.navigator import Navigator
from drive2walk.locomotion.walking.arm_swing import ArmSwing
from drive2walk.perception.walkable_map import WalkableMap
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.transforms import rotation_from_gravity, transform
from drive2walk.robot.head import Head
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S


@dataclasses.dataclass(frozen=True)
class Sight:
    """What the eyes make of one camera image.

    ``walkable`` (height, width) probability; ``depth_m`` (height, width) z-depth, 0 unknown;
    ``overhanging`` (height, width) whether the thing seen may overhang the floor below it.
    """

    walkable: NDArray[np.floating]
    depth_m: NDArray[np.floating]
    overhanging: NDArray[np.bool_]
    pinhole: Pinhole


class Legs(Protocol):
    """What the agent needs of a leg controller: targets, and dead reckoning from the stance."""

    def step(self, body: Proprioception, command: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return leg targets (num_leg_joints,) in radians for the command (vx, vy, wz)."""

    @property
    def pose(self) -> tuple[float, float, float]:
        """x, y in metres and yaw in radians since the start."""

    @property
    def forward_speed_m_s(self) -> float:
        """Forward speed over the last moments."""

    @property
    def height_m(self) -> float:
        """Height of the pelvis above the stance foot's ground."""


class Agent:
    """Camera images and proprioception in, targets for all joints out; no simulator truth.

    Args:
        spec: the robot.
        legs: the leg controller.
        goal: (x, y) of the goal in metres, in the frame of the robot's start.
    """

    def __init__(self, spec: RobotSpec, legs: Legs, goal: tuple[float, float]) -> None:
        self._spec = spec
        self._legs = legs
        self._head = Head(spec)
        self._arm_swing = ArmSwing(spec)
        self.map = WalkableMap()
        self.map.mark_free(0.0, 0.0, radius_m=2 * spec.footprint_radius_m)
        self.navigator = Navigator(self.map.grid, goal, spec.footprint_radius_m)
        self.command = np.zeros(3)
        self._bumps = BumpDetector()
        self._retreat_s = 0.0

    @property
    def pose(self) -> tuple[float, float, float]:
        """Where the robot believes it is: x, y in metres, yaw in radians, odometry frame."""
        return self._legs.pose

    @property
    def arrived(self) -> bool:
        """Whether the robot believes it stands at the goal."""
        return self.navigator.plan.arrived

    def see(self, sight: Sight, body: Proprioception) -> None:
        """Add one camera image to the map and plan again."""
        T_odom_camera = self._T_odom_base(body) @ self._head.T_base_camera(body.joint_qpos)
        self.map.update(
            sight.walkable, sight.depth_m, sight.overhanging, sight.pinhole, T_odom_camera
        )
        x, y, _ = self.pose
        self.map.mark_free(x, y, radius_m=self._spec.footprint_radius_m)
        self.navigator.replan(self.map.known_floor, self.map.obstacles, self.map.suspects, (x, y))

    def act(self, body: Proprioception) -> NDArray[np.float64]:
        """Return targets (num_joints,) in radians for the next control step."""
        self._feel()
        self.command = self.navigator.command(self.pose)
        if self.navigator.searched:
            self.map.doubt_touches()
        if self._retreat_s > 0:
            self._retreat_s -= CONTROL_DT_S
            self.command = np.array([-self._bumps.config.retreat_m_s, 0.0, 0.0])
        legs = self._legs.step(body, self.command)
        upper = self._arm_swing.targets(body.joint_qpos[: len(legs)])
        return np.concatenate([legs, upper])

    def _feel(self) -> None:
        """Mark what the robot walks against, step back from it and look for another way."""
        speed = self._legs.forward_speed_m_s
        if not self._bumps.update(float(self.command[0]), speed, CONTROL_DT_S):
            return
        x, y, yaw = self.pose
        reach = self._bumps.config.reach_m
        ahead = (x + reach * np.cos(yaw), y + reach * np.sin(yaw))
        self.map.mark_obstacle(*ahead, radius_m=self.map.grid.resolution_m * 1.5)
        self._retreat_s = self._bumps.config.retreat_s

    def _T_odom_base(self, body: Proprioception) -> NDArray[np.float64]:
        x, y, yaw = self.pose
        rotation = rotation_from_gravity(body.projected_gravity, yaw)
        return transform(rotation, np.array([x, y, self._legs.height_m]))
