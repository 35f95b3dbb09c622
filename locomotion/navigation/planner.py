"""Plans the cheapest path over the walkable map to a goal."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.grid_path import PathField, path_cost

NO_PATH = np.zeros((0, 2))


@dataclasses.dataclass(frozen=True)
class PlannerConfig:
    """Costs of paths, in units of the cost of known floor.

    Attributes:
        comfort_radius_m: Distance from obstacles beyond which ground costs no more.
        comfort_weight: Additional cost of ground at the footprint's radius from an obstacle.
        unknown_weight: Cost of ground that has not been seen.
        suspect_weight: Additional cost of ground that may be an obstacle.
        switch_gain: Fraction of the kept path's cost below which another path replaces it.
        keep_radius_m: Distance from the kept path within which the robot still follows it.
        margin_m: Distance that a path keeps from obstacles beyond the footprint where it can: the
            robot sways and the map isn't exact.
        squeeze_radius_m: Distance from obstacles that a path must keep where no other is left.
        goal_radius_m: Distance from the goal at which the robot has arrived.
    """

    comfort_radius_m: float = 0.65
    comfort_weight: float = 6.0
    unknown_weight: float = 2.0
    suspect_weight: float = 6.0
    switch_gain: float = 0.8
    keep_radius_m: float = 0.6
    margin_m: float = 0.06
    squeeze_radius_m: float = 0.2
    goal_radius_m: float = 0.25


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """The walkable map, as boolean arrays of the grid's shape.

    Attributes:
        known_floor: Ground that has been seen and is free. Other ground costs more.
        obstacles: Cells that no path crosses.
        suspects: Cells that looked like an obstacle from afar and may turn out to be free from
            nearby. They cost still more.
    """

    known_floor: Bools
    obstacles: Bools
    suspects: Bools


@dataclasses.dataclass(frozen=True)
class Plan:
    """Path from the robot to the goal.

    Attributes:
        path: Points in the odometry frame, (n, 2) m; empty where there is no path.
        arrived: Whether the robot is at the goal.
        passable: Cells that the path might have crossed, of the grid's shape.
    """

    path: Array
    arrived: bool
    passable: Bools

    @property
    def lost(self) -> bool:
        """Whether no path is known."""
        return not self.arrived and len(self.path) == 0


class PathPlanner:
    """Plans again and again while the map grows, and keeps its path unless another is cheaper.

    Attributes:
        grid: Grid of the map, odometry frame.
        goal: Goal, odometry frame, (2,) m.
        plan: Last plan.

    Args:
        grid: Grid of the map, odometry frame.
        goal: (x, y) of the goal in metres, odometry frame.
        footprint_radius_m: Distance that paths keep from obstacles.
        config: Costs.
    """

    def __init__(
        self,
        grid: Grid,
        goal: tuple[float, float],
        footprint_radius_m: float,
        config: PlannerConfig | None = None,
    ) -> None:
        self.grid = grid
        self.goal = np.array(goal)
        self._footprint_radius_m = footprint_radius_m
        self._config = config or PlannerConfig()
        self._cells = np.zeros((0, 2), dtype=np.int64)
        self.plan = Plan(NO_PATH, arrived=False, passable=np.ones(grid.shape, dtype=bool))

    def replan(self, around: Surroundings, position: Array) -> Plan:
        """Find the cheapest path from ``position``, (2,) m, and return it as ``plan``."""
        if np.hypot(*(self.goal - position)) < self._config.goal_radius_m:
            self.plan = dataclasses.replace(self.plan, path=NO_PATH, arrived=True)
            return self.plan
        footprint, config = self._footprint_radius_m, self._config
        for radius_m in (footprint + config.margin_m, footprint, config.squeeze_radius_m):
            cost = self._compute_cost(around, position, radius_m)
            cells = self._find_path(cost, position)
            if len(cells):
                break
        self._cells = cells
        self.plan = Plan(self.grid.centers(cells), arrived=False, passable=np.isfinite(cost))
        return self.plan

    def _find_path(self, cost: Array, position: Array) -> NDArray[np.int64]:
        """Return the cells of the path, (n, 2), none where there is no path.

        Between paths of about the same cost the robot would waver, as each turn of the head shows
        more of one of them. So it keeps its path until another is clearly cheaper.
        """
        field = PathField(cost, _nearest_passable(cost, self.grid.cells(self.goal)))
        start = _nearest_passable(cost, self.grid.cells(position))
        kept = self._rest_of_path(position)
        kept_cost = path_cost(cost, kept) if len(kept) > 1 else np.inf
        if kept_cost < np.inf and self._config.switch_gain * kept_cost <= field.distance[start]:
            return kept
        return field.path(start)

    def _rest_of_path(self, position: Array) -> NDArray[np.int64]:
        if len(self._cells) == 0:
            return self._cells
        away = np.hypot(*(self.grid.centers(self._cells) - position).T)
        nearest = int(np.argmin(away))
        on_path = away[nearest] < self._config.keep_radius_m
        return self._cells[nearest:] if on_path else self._cells[:0]

    def _compute_cost(self, around: Surroundings, position: Array, radius_m: float) -> Array:
        """Return the cost of a step through each cell, infinite closer than ``radius_m``."""
        config = self._config
        clearance, likely_clearance = (
            distance_transform_edt(~blocked) * self.grid.resolution_m
            for blocked in (around.obstacles, around.obstacles | around.suspects)
        )
        squeeze = np.clip(
            (config.comfort_radius_m - likely_clearance)
            / (config.comfort_radius_m - self._footprint_radius_m),
            0,
            1,
        )
        cost = np.where(around.known_floor, 1.0, config.unknown_weight)
        cost = cost + config.comfort_weight * squeeze**2
        cost[likely_clearance < radius_m] += config.suspect_weight
        cost[clearance < self._required_clearance(clearance, position, radius_m)] = np.inf
        return cost

    def _required_clearance(self, clearance: Array, position: Array, radius_m: float) -> Array:
        """Return the distance from obstacles that each cell must have.

        It is ``radius_m``, except under a robot that is closer already and must be able to leave:
        there, the robot's present clearance is enough. So no path leads closer to a thin wall, let
        alone through it.
        """
        row, column = np.clip(self.grid.cells(position), 0, np.array(self.grid.shape) - 1)
        own = max(float(clearance[row, column]), self.grid.resolution_m)
        away = np.hypot(*np.moveaxis(self.grid.all_centers() - position, -1, 0))
        underfoot = away < self._footprint_radius_m
        return np.where(underfoot, min(own, radius_m), radius_m)


def _nearest_passable(cost: Array, cell: NDArray[np.int64]) -> tuple[int, int]:
    rows, columns = np.nonzero(np.isfinite(cost))
    nearest = int(np.argmin((rows - cell[0]) ** 2 + (columns - cell[1]) ** 2))
    return int(rows[nearest]), int(columns[nearest])
