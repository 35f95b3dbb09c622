"""Start and goal of a robot, with a free path between them."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.free_space import FreeSpace

ROBOT_RADIUS_M = 0.42  # 0.35 m and a margin
START_CLEARANCE_M = 0.6
GOAL_CLEARANCE_M = 0.5
PATH_M = (4.0, 9.0)
STARTS = 6

Route = tuple[tuple[float, float, float], tuple[float, float]]


def draw_route(rng: Generator, space: FreeSpace) -> Route | None:
    """Return a random start (x, y, yaw) and goal (x, y), or None where no path of 4-9 m exists.

    Goals that can't be reached in a straight line are preferred.
    """
    starts = np.argwhere(space.clearance_m >= START_CLEARANCE_M)
    fallback: Route | None = None
    for _ in range(STARTS if len(starts) else 0):
        start = space.grid.centers(starts[rng.integers(len(starts))])
        lengths = space.path_lengths(start[0], start[1], ROBOT_RADIUS_M)
        near = (lengths >= PATH_M[0]) & (lengths <= PATH_M[1])
        goals = np.argwhere(near & (space.clearance_m >= GOAL_CLEARANCE_M))
        for cell in goals[rng.permutation(len(goals))[:10]]:
            goal = space.grid.centers(cell)
            bearing = math.atan2(goal[1] - start[1], goal[0] - start[0])
            yaw = bearing + float(np.clip(rng.normal(0, 0.7), -1.5, 1.5))
            route = (
                (float(start[0]), float(start[1]), yaw),
                (float(goal[0]), float(goal[1])),
            )
            if not space.sees(start, goal, ROBOT_RADIUS_M):
                return route
            fallback = fallback or route
    return fallback
