"""Walks a robot to its goal: plans on the map seen so far and follows the path."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.navigation.path_follower import FollowerConfig, PathFollower
from drive2walk.locomotion.navigation.planner import (
    PathPlanner,
    Plan,
    PlannerConfig,
    Surroundings,
)
from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.geometry.grid import Grid


class Navigator:
    """A planner and a follower of its path.

    Args:
        grid: Grid of the map, odometry frame.
        goal: (x, y) of the goal in metres, odometry frame.
        footprint_radius_m: Distance that paths keep from obstacles.
        planning: Costs of paths.
        following: Speeds and distances along the path.
    """

    def __init__(
        self,
        grid: Grid,
        goal: tuple[float, float],
        footprint_radius_m: float,
        planning: PlannerConfig | None = None,
        following: FollowerConfig | None = None,
    ) -> None:
        self._planner = PathPlanner(grid, goal, footprint_radius_m, planning)
        self._follower = PathFollower(grid, self._planner.goal, following)

    @property
    def goal(self) -> Array:
        """Goal, odometry frame, (2,) m."""
        return self._planner.goal

    @property
    def plan(self) -> Plan:
        """Last plan."""
        return self._planner.plan

    @property
    def searched(self) -> bool:
        """Whether the robot has turned all the way round and still knows no path."""
        return self._follower.searched

    def replan(
        self,
        known_floor: Bools,
        obstacles: Bools,
        suspects: Bools,
        position: tuple[float, float],
    ) -> None:
        """Find the cheapest path over the map.

        Args:
            known_floor: Ground that has been seen and is free, of the grid's shape.
            obstacles: Cells that no path crosses, of the grid's shape.
            suspects: Cells that may be obstacles, of the grid's shape.
            position: (x, y) of the robot in metres, odometry frame.
        """
        around = Surroundings(known_floor, obstacles, suspects)
        self._planner.replan(around, np.array(position))

    def command(self, pose: tuple[float, float, float]) -> Array:
        """Return (vx, vy, wz) in m/s, m/s and rad/s.

        Args:
            pose: (x, y, yaw) of the robot in m, m and rad, odometry frame.
        """
        return self._follower.command(self.plan, pose)
