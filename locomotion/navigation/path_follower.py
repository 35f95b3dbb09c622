"""From a walkable map and a goal to the command that the legs follow."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.grid_path import PathField, path_cost
from drive2walk.robot.geometry.transforms import wrap_angle


@dataclasses.dataclass(frozen=True)
class NavigationConfig:
    """How the robot plans and follows its path; metres, m/s, rad/s."""

    comfort_radius_m: float = 0.65
    comfort_weight: float = 6.0
    unknown_weight: float = 2.0
    suspect_weight: float = 6.0
    switch_gain: float = 0.8
    squeeze_radius_m: float = 0.2
    lookahead_m: float = 0.6
    least_lookahead_m: float = 0.25
    cruise_speed_m_s: float = 0.5
    slow_speed_m_s: float = 0.25
    turn_gain: float = 1.6
    max_turn_rad_s: float = 0.7
    turn_in_place_rad: float = 0.7
    turn_back_rad: float = 2.0
    goal_radius_m: float = 0.25


@dataclasses.dataclass(frozen=True)
class Plan:
    """A path (n, 2) in metres from the robot to the goal; empty where there is no way."""

    path: NDArray[np.float64]
    arrived: bool

    @property
    def lost(self) -> bool:
        """Whether no way is known."""
        return not self.arrived and len(self.path) == 0


class Navigator:
    """Plans on the map seen so far and follows the path, turning towards it before walking.

    The camera looks forward, so that the robot walks where it looks: no sidesteps.

    Args:
        grid: the map's grid, odometry frame.
        goal: (x, y) of the goal in metres, odometry frame.
        footprint_radius_m: no path comes closer to an obstacle than this.
        config: how to plan and follow.
    """

    def __init__(
        self,
        grid: Grid,
        goal: tuple[float, float],
        footprint_radius_m: float,
        config: NavigationConfig | None = None,
    ) -> None:
        self.grid = grid
        self.goal = np.array(goal)
        self.footprint_radius_m = footprint_radius_m
        self.config = config or NavigationConfig()
        self.plan = Plan(np.zeros((0, 2)), arrived=False)
        self._cells = np.zeros((0, 2), dtype=np.int64)
        self._passable = np.ones(grid.shape, dtype=bool)
        self._turning = 0.0
        self._yaw = 0.0
        self._searched_rad = 0.0

    @property
    def searched(self) -> bool:
        """Whether the robot has turned all the way round and still no way is known."""
        return abs(self._searched_rad) > 2 * np.pi

    def replan(
        self,
        known_floor: NDArray[np.bool_],
        obstacles: NDArray[np.bool_],
        suspects: NDArray[np.bool_],
        position: tuple[float, float],
    ) -> None:
        """Find the cheapest way over the map.

        Unknown ground may be crossed at a price; so may ``suspects``, at a higher one, for what
        looked like an obstacle from afar may turn out to be a way from nearby.
        """
        here = np.array(position)
        if np.hypot(*(self.goal - here)) < self.config.goal_radius_m:
            self.plan = Plan(np.zeros((0, 2)), arrived=True)
            return
        self._cells = self._way(known_floor, obstacles, suspects, here)
        self.plan = Plan(self.grid.centers(self._cells), arrived=False)

    def _way(
        self,
        known_floor: NDArray[np.bool_],
        obstacles: NDArray[np.bool_],
        suspects: NDArray[np.bool_],
        here: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Return the cells (n, 2) to follow; where nothing else is left, closer to obstacles."""
        for radius_m in (self.footprint_radius_m, self.config.squeeze_radius_m):
            cost = self._cost(known_floor, obstacles, suspects, here, radius_m)
            self._passable = np.isfinite(cost)
            field = PathField(cost, _nearest_passable(cost, self.grid.cells(self.goal)))
            start = _nearest_passable(cost, self.grid.cells(here))
            # Between ways that cost about the same the robot would dither, each turn of the head
            # showing more of one of them: it keeps its way until another is clearly cheaper.
            kept = self._rest_of_path(here)
            kept_cost = path_cost(cost, kept) if len(kept) > 1 else np.inf
            if kept_cost < np.inf and self.config.switch_gain * kept_cost <= field.distance[start]:
                return kept
            if field.distance[start] < np.inf:
                return field.path(start)
        return self._cells[:0]

    def command(self, pose: tuple[float, float, float]) -> NDArray[np.float64]:
        """Return (vx, vy, wz) in m/s, m/s and rad/s for the pose (x, y, yaw), odometry frame."""
        config = self.config
        turned = float(wrap_angle(pose[2] - self._yaw))
        self._yaw = pose[2]
        self._searched_rad = self._searched_rad + turned if self.plan.lost else 0.0
        if self.plan.arrived:
            return np.zeros(3)
        if self.plan.lost:
            # Look around, a way may come into view.
            return np.array([0.0, 0.0, 0.6 * config.max_turn_rad_s])
        ahead = self._point_ahead(np.array(pose[:2]))
        offset = ahead - pose[:2]
        error = float(wrap_angle(np.arctan2(offset[1], offset[0]) - pose[2]))
        turn = float(np.clip(config.turn_gain * error, -1, 1) * config.max_turn_rad_s)
        if abs(error) > config.turn_in_place_rad:
            return np.array([0.0, 0.0, self._turn_direction(error) * config.max_turn_rad_s])
        self._turning = 0.0
        remaining = float(np.hypot(*(self.goal - pose[:2])))
        near = remaining < 2 * config.lookahead_m or abs(error) > config.turn_in_place_rad / 2
        speed = config.slow_speed_m_s if near else config.cruise_speed_m_s
        return np.array([speed * np.cos(error), 0.0, turn])

    def _point_ahead(self, position: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the point of the path to make for: within sight, so that no corner is cut."""
        path = self.plan.path
        away = np.hypot(*(path - position).T)
        nearest = int(np.argmin(away))
        ahead = path[-1]
        for point, distance in zip(path[nearest:], away[nearest:], strict=True):
            near = distance < self.config.least_lookahead_m
            if not near and not self._is_free(position, point):
                break
            ahead = point
            if distance >= self.config.lookahead_m:
                break
        return ahead

    def _is_free(self, start: NDArray[np.float64], end: NDArray[np.float64]) -> bool:
        """Return whether the robot can walk the straight line between two points."""
        steps = np.linspace(0, 1, 2 + round(np.hypot(*(end - start)) / self.grid.resolution_m))
        cells = self.grid.cells(start + steps[:, None] * (end - start))
        cells = cells[self.grid.contains(cells)]
        free = self._passable[cells[:, 0], cells[:, 1]]
        # Whoever stands too close to something already must be able to walk out of there.
        return bool(free[np.argmax(free) :].all())

    def _turn_direction(self, error_rad: float) -> float:
        # Almost behind, left and right are as far: whoever turns already goes on that way.
        if self._turning == 0 or abs(error_rad) < self.config.turn_back_rad:
            self._turning = float(np.sign(error_rad))
        return self._turning

    def _rest_of_path(self, here: NDArray[np.float64]) -> NDArray[np.int64]:
        if len(self._cells) == 0:
            return self._cells
        away = np.hypot(*(self.grid.centers(self._cells) - here).T)
        nearest = int(np.argmin(away))
        on_path = away[nearest] < self.config.lookahead_m
        return self._cells[nearest:] if on_path else self._cells[:0]

    def _cost(
        self,
        known_floor: NDArray[np.bool_],
        obstacles: NDArray[np.bool_],
        suspects: NDArray[np.bool_],
        here: NDArray[np.float64],
        radius_m: float,
    ) -> NDArray[np.float64]:
        config = self.config
        clearance, likely_clearance = (
            distance_transform_edt(~blocked) * self.grid.resolution_m
            for blocked in (obstacles, obstacles | suspects)
        )
        squeeze = np.clip(
            (config.comfort_radius_m - likely_clearance)
            / (config.comfort_radius_m - self.footprint_radius_m),
            0,
            1,
        )
        cost = np.where(known_floor, 1.0, config.unknown_weight)
        cost = cost + config.comfort_weight * squeeze**2
        cost[likely_clearance < radius_m] += config.suspect_weight
        cost[clearance < self._required_clearance(clearance, here, radius_m)] = np.inf
        return cost

    def _required_clearance(
        self, clearance: NDArray[np.float64], here: NDArray[np.float64], radius_m: float
    ) -> NDArray[np.float64]:
        """Return how far from obstacles each cell must be: the radius.

        Whoever stands closer already must be able to leave: underfoot, the clearance that the
        robot has now is enough, so that it never leads closer to, let alone through, a thin wall.
        """
        row, column = np.clip(self.grid.cells(here), 0, np.array(self.grid.shape) - 1)
        own = max(float(clearance[row, column]), self.grid.resolution_m)
        away = np.hypot(*np.moveaxis(self.grid.all_centers() - here, -1, 0))
        underfoot = away < self.footprint_radius_m
        return np.where(underfoot, min(own, radius_m), radius_m)


def _nearest_passable(cost: NDArray[np.float64], cell: NDArray[np.int64]) -> tuple[int, int]:
    rows, columns = np.nonzero(np.isfinite(cost))
    nearest = int(np.argmin((rows - cell[0]) ** 2 + (columns - cell[1]) ** 2))
    return int(rows[nearest]), int(columns[nearest])
