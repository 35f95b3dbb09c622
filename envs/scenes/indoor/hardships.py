"""What makes an office hard to cross: narrow doorways, people who walk, and a wall ahead."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.free_space import FreeSpace
from drive2walk.envs.scenes.items.people import build_person
from drive2walk.envs.scenes.routes import (
    GOAL_CLEARANCE_M,
    PATH_M,
    ROBOT_RADIUS_M,
    START_CLEARANCE_M,
    Route,
)
from drive2walk.envs.scenes.scene import Walker

# Farthest that the wall ahead of the start is away.
WALL_AHEAD_M = 1.1
# Distance of a wall behind which nothing else may be nearer.
CELL_M = 0.1
STARTS = 12
PERSON_RADIUS_M = 0.35
STROLL_M = (1.2, 4.0)
# Distance that people keep from start and goal.
KEPT_FREE_M = 1.2
TRIES = 40


@dataclasses.dataclass(frozen=True)
class Hardships:
    """What makes an office hard to cross; by default nothing.

    Attributes:
        narrow_probability: Probability that a doorway is narrow: its door is ajar, or boxes stand
            in it.
        gap_m: Range of the clear widths of narrow doorways, in metres.
        people: Greatest number of people who walk.
        speed_m_s: Range of their speeds.
        tight_radius_m: Radius of the disc that can move from start to goal where a disc of 0.42 m
            can't, in metres; None asks for a way of the wider disc, and for no wall ahead.
    """

    narrow_probability: float = 0.0
    gap_m: tuple[float, float] = (0.74, 0.82)
    people: int = 0
    speed_m_s: tuple[float, float] = (0.2, 0.4)
    tight_radius_m: float | None = None


def draw_tight_route(
    rng: Generator, space: FreeSpace, walls: NDArray[np.bool_], radius_m: float
) -> Route | None:
    """Return a start that faces a wall and a goal that only a narrow disc can reach.

    Args:
        rng: Source of the route.
        space: Free ground.
        walls: Whether each cell of the ground's grid is in a wall, (rows, columns).
        radius_m: Radius of the disc that reaches the goal on a path of 4-9 m; a disc of
            ``ROBOT_RADIUS_M`` doesn't.

    Returns:
        Start (x, y, yaw) and goal (x, y), or None where there is no such pair.
    """
    cells, nearest = ndimage.distance_transform_edt(~walls, return_indices=True)
    wall_m = cells * space.grid.resolution_m
    clear = space.clearance_m
    faces_wall = (clear >= START_CLEARANCE_M) & (wall_m <= WALL_AHEAD_M)
    starts = np.argwhere(faces_wall & (clear >= wall_m - CELL_M))
    for _ in range(STARTS if len(starts) else 0):
        cell = starts[rng.integers(len(starts))]
        start, wall = (space.grid.centers(c) for c in (cell, nearest[:, cell[0], cell[1]]))
        lengths = space.path_lengths(start[0], start[1], radius_m)
        wide = space.path_lengths(start[0], start[1], ROBOT_RADIUS_M)
        near = (lengths >= PATH_M[0]) & (lengths <= PATH_M[1]) & np.isinf(wide)
        goals = np.argwhere(near & (clear >= GOAL_CLEARANCE_M))
        if len(goals):
            goal = space.grid.centers(goals[rng.integers(len(goals))])
            yaw = math.atan2(wall[1] - start[1], wall[0] - start[0]) + float(rng.normal(0, 0.1))
            return (float(start[0]), float(start[1]), yaw), (float(goal[0]), float(goal[1]))
    return None


def add_people(
    b: SceneBuilder, space: FreeSpace, route: Route, hardships: Hardships
) -> tuple[Walker, ...]:
    """Add people who walk across the shortest path from start to goal, and return them."""
    path = _find_path(space, route, hardships.tight_radius_m or ROBOT_RADIUS_M)
    walkers: list[Walker] = []
    for _ in range(TRIES if len(path) else 0):
        if len(walkers) == hardships.people:
            break
        ends = _draw_stroll(b.rng, space, route, path[b.rng.integers(len(path))])
        if ends is None:
            continue
        name, speed = f"walker_{len(walkers)}", float(b.rng.uniform(*hardships.speed_m_s))
        (x0, y0), (x1, y1) = ends
        person = b.moved(name, x0, y0, math.atan2(y1 - y0, x1 - x0) - math.pi / 2)
        build_person(person, float(b.rng.uniform(1.5, 1.95)), stride=0.3)
        walkers.append(Walker(name, ends, speed))
    return tuple(walkers)


def _find_path(space: FreeSpace, route: Route, radius_m: float) -> NDArray[np.float64]:
    """Return the points (n, 2) of the shortest path that people may walk across."""
    start, goal = np.array(route[0][:2]), np.array(route[1])
    points = space.shortest_path(start, goal, radius_m)
    distances = [np.linalg.norm(points - end, axis=1) for end in (start, goal)]
    return points[np.min(distances, axis=0) > KEPT_FREE_M]


def _draw_stroll(
    rng: Generator, space: FreeSpace, route: Route, middle: NDArray[np.float64]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the ends of a random straight stroll through ``middle``, or None without room."""
    angle = float(rng.uniform(-math.pi, math.pi))
    along = np.array([math.cos(angle), math.sin(angle)])
    reach = []
    for sign in (-1, 1):
        steps = np.arange(0.0, STROLL_M[1] / 2, space.grid.resolution_m)
        clear = [space.sees(middle, middle + sign * s * along, PERSON_RADIUS_M) for s in steps]
        reach.append(float(steps[np.argmin(clear) - 1] if not all(clear) else steps[-1]))
    if not space.sees(middle, middle, PERSON_RADIUS_M) or sum(reach) < STROLL_M[0]:
        return None
    a, b = middle - reach[0] * along, middle + reach[1] * along
    for kept in (np.array(route[0][:2]), np.array(route[1])):
        nearest = a + np.clip((kept - a) @ along, 0, sum(reach)) * along
        if np.linalg.norm(kept - nearest) < KEPT_FREE_M:
            return None
    return (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))
