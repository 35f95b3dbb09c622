"""Turns a path into the command that the legs follow."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.locomotion.navigation.planner import Plan
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.transforms import wrap_angle


@dataclasses.dataclass(frozen=True)
class FollowerConfig:
    """Speeds and distances of a robot that follows a path.

    Attributes:
        lookahead_m: Distance of the point that the robot makes for.
        least_lookahead_m: Distance up to which points count without a free line to them.
        cruise_speed_m_s: Forward speed.
        slow_speed_m_s: Forward speed in curves and near the goal.
        turn_gain: Fraction of the fastest turn for each radian of heading error.
        max_turn_rad_s: Fastest turn.
        search_turn_fraction: Fraction of the fastest turn at which a lost robot looks around.
        turn_in_place_rad: Heading error above which the robot turns in place.
        turn_back_rad: Heading error above which a turn goes on in its direction.
    """

    lookahead_m: float = 0.6
    least_lookahead_m: float = 0.25
    cruise_speed_m_s: float = 0.5
    slow_speed_m_s: float = 0.25
    turn_gain: float = 1.6
    max_turn_rad_s: float = 0.7
    search_turn_fraction: float = 0.6
    turn_in_place_rad: float = 0.7
    turn_back_rad: float = 2.0


class PathFollower:
    """Walks along a path; turns towards it first.

    The camera looks forward, so that the robot walks where it looks, never sideways.

    Args:
        grid: Grid of the map, odometry frame.
        goal: Goal, odometry frame, (2,) m.
        config: Speeds and distances.
    """

    def __init__(self, grid: Grid, goal: Array, config: FollowerConfig | None = None) -> None:
        self._grid, self._goal = grid, goal
        self._config = config or FollowerConfig()
        self._turning = 0.0
        self._yaw = 0.0
        self._searched_rad = 0.0

    @property
    def searched(self) -> bool:
        """Whether the robot has turned all the way round and still knows no path."""
        return abs(self._searched_rad) > 2 * np.pi

    def command(self, plan: Plan, pose: tuple[float, float, float]) -> Array:
        """Return (vx, vy, wz) in m/s, m/s and rad/s.

        Args:
            plan: Path to follow.
            pose: (x, y, yaw) of the robot in m, m and rad, odometry frame.
        """
        config = self._config
        self._count_search(plan, pose[2])
        if plan.arrived:
            return np.zeros(3)
        if plan.lost:
            # A path may come into view.
            return np.array([0.0, 0.0, config.search_turn_fraction * config.max_turn_rad_s])
        offset = self._choose_target(plan, np.array(pose[:2])) - pose[:2]
        error = float(wrap_angle(np.arctan2(offset[1], offset[0]) - pose[2]))
        if abs(error) > config.turn_in_place_rad:
            return np.array([0.0, 0.0, self._turn_direction(error) * config.max_turn_rad_s])
        self._turning = 0.0
        turn = float(np.clip(config.turn_gain * error, -1, 1) * config.max_turn_rad_s)
        remaining = float(np.hypot(*(self._goal - pose[:2])))
        slow = remaining < 2 * config.lookahead_m or abs(error) > config.turn_in_place_rad / 2
        speed = config.slow_speed_m_s if slow else config.cruise_speed_m_s
        return np.array([speed * np.cos(error), 0.0, turn])

    def _count_search(self, plan: Plan, yaw: float) -> None:
        turned = float(wrap_angle(yaw - self._yaw))
        self._yaw = yaw
        self._searched_rad = self._searched_rad + turned if plan.lost else 0.0

    def _choose_target(self, plan: Plan, position: Array) -> Array:
        """Return a point of the path with a free line to it, so that no corner is cut, (2,) m."""
        path = plan.path
        away = np.hypot(*(path - position).T)
        nearest = int(np.argmin(away))
        target = path[-1]
        for point, distance in zip(path[nearest:], away[nearest:], strict=True):
            near = distance < self._config.least_lookahead_m
            if not near and not self._is_free(plan, position, point):
                break
            target = point
            if distance >= self._config.lookahead_m:
                break
        return target

    def _is_free(self, plan: Plan, start: Array, end: Array) -> bool:
        """Return whether the robot can walk straight from ``start`` to ``end``, (2,) m each."""
        steps = np.linspace(0, 1, 2 + round(np.hypot(*(end - start)) / self._grid.resolution_m))
        cells = self._grid.cells(start + steps[:, None] * (end - start))
        cells = cells[self._grid.contains(cells)]
        free = plan.passable[cells[:, 0], cells[:, 1]]
        # A robot that is too close to an obstacle must be able to walk away from it.
        return bool(free[np.argmax(free) :].all())

    def _turn_direction(self, error_rad: float) -> float:
        # A target almost behind may change sides at each step: the turn goes on in its direction.
        if self._turning == 0 or abs(error_rad) < self._config.turn_back_rad:
            self._turning = float(np.sign(error_rad))
        return self._turning
