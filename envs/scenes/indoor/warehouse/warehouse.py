"""A warehouse: a furnished hall with a tote to fetch from a rack and a table to set it down on."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.appearance.lights import light_indoors, prepare_view
from drive2walk.envs.scenes.appearance.sky import plain_sky
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.frame import Frame
from drive2walk.envs.scenes.free_space import FreeSpace, free_space
from drive2walk.envs.scenes.indoor.floor_plan import FloorPlan, Room
from drive2walk.envs.scenes.indoor.furnishing import furnish, scatter
from drive2walk.envs.scenes.indoor.hardships import Hardships
from drive2walk.envs.scenes.indoor.office import build_shell, lay_floors
from drive2walk.envs.scenes.indoor.warehouse.tote_corner import ToteCorner, add_tote_corner
from drive2walk.envs.scenes.items.thing import prepare_grip
from drive2walk.envs.scenes.occupancy import Occupancy
from drive2walk.envs.scenes.routes import (
    GOAL_CLEARANCE_M,
    ROBOT_RADIUS_M,
    START_CLEARANCE_M,
)
from drive2walk.envs.scenes.scene import PlanarPose, Scene

ATTEMPTS = 12
EDGE_M = (10.0, 14.0)
HEIGHT_M = (2.8, 3.6)
# Length of the way from the start to the stand in front of the rack.
WAY_M = (4.0, 8.0)
# Distances of that stand from the wall behind the rack, and from the walls beside, at least.
WALL_AHEAD_M, WALL_ASIDE_M = (1.8, 3.0), 2.3
# Distance of the stand in front of the table from the table's front edge.
TABLE_STAND_M = 0.6


def build_warehouse(seed: int) -> Scene:
    """Return a furnished hall of 10-14 m by 10-14 m; the seed fixes it.

    Rack, tote and table are those of the task ``tote``, about a stand in front of the rack, which
    is the goal. A disc of 0.42 m radius can move from the start to that stand, on a path of 4-8 m,
    and on to a stand in front of the table. ``parameters`` holds the poses ``stand``,
    ``table_stand``, ``rack`` and ``table`` (x and y in metres and yaw in radians; those of rack and
    table are of the middle of the front edge), ``shelf_height_m``, ``table_height_m``,
    ``table_side`` (1 left, -1 right), and ``size_m`` and ``mass_kg`` of the tote. The tote is the
    body ``tote``, the table's top is the geom ``table_top``.

    Raises:
        RuntimeError: No attempt with this seed gave a free path.
    """
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, 6, attempt])
        scene = _draw_warehouse(rng, crowding=0.85**attempt)
        if scene is not None:
            return scene
    raise RuntimeError(f"no warehouse of seed {seed} has a free path. Give another seed.")


def _draw_warehouse(rng: Generator, crowding: float) -> Scene | None:
    b = SceneBuilder(rng)
    width, depth = (float(edge) for edge in rng.uniform(*EDGE_M, 2))
    room = Room(0.0, 0.0, width, depth, "warehouse")
    plan, bounds = FloorPlan(width, depth, [room], []), (0.0, width, 0.0, depth)
    density = float(rng.uniform(0.6, 1.3)) * crowding
    clutter_rate = float(rng.choice([0.2, 0.5, 1.0])) * crowding
    height = float(rng.uniform(*HEIGHT_M))
    prepare_view(b.spec, 0.6 * max(bounds))
    plain_sky(b.spec)
    prepare_grip(b.spec)
    lights = light_indoors(b.spec, rng, (width / 2, depth / 2))
    taken = Occupancy(bounds)
    walls = build_shell(b, plan, taken, height, Hardships())
    stand = _draw_stand(rng, width, depth)
    corner = add_tote_corner(b, stand)
    _classify_tote(b)
    _reserve_corner(taken, stand, corner.table_side)
    furnish(b, room, taken, density)
    scatter(b, room, taken, clutter_rate)
    floors = lay_floors(b, plan, bounds)
    space = free_space(b.spec, b.surfaces, bounds)
    start, table_stand = _draw_start(rng, space, stand), _table_stand(corner)
    if start is None or not _is_reachable(space, stand, table_stand):
        return None
    parameters: dict[str, Any] = {
        "density": density,
        "clutter_rate": clutter_rate,
        "ceiling_m": height,
        "walls": walls,
        "stand": stand,
        "table_stand": table_stand,
    }
    parameters |= {**lights, **floors, **dataclasses.asdict(corner)}
    return Scene(b.spec, b.surfaces, start, stand[:2], bounds, parameters)


def _draw_stand(rng: Generator, width: float, depth: float) -> PlanarPose:
    """Return a place from which a robot faces a wall that leaves room for rack and table."""
    quarter = int(rng.integers(4))
    across, along = (depth, width) if quarter % 2 else (width, depth)
    ahead = across / 2 - float(rng.uniform(*WALL_AHEAD_M))
    aside = float(rng.uniform(-1, 1)) * (along / 2 - WALL_ASIDE_M)
    middle = Frame((width / 2, depth / 2, 0.0), quarter * math.pi / 2)
    x, y, _ = middle.to_world((ahead, aside, 0.0))
    return x, y, middle.yaw + float(rng.normal(0, 0.03))


def _classify_tote(b: SceneBuilder) -> None:
    """Give the shapes of things that can be carried their surface class."""
    fixed = set(b.surfaces)
    b.surfaces.update({geom.name: "clutter" for geom in b.spec.geoms if geom.name not in fixed})


def _reserve_corner(taken: Occupancy, stand: PlanarPose, table_side: float) -> None:
    """Keep the ground of rack, table and robot free of other furniture."""
    x, y, yaw = stand
    frame = Frame((x, y, 0.0), yaw)
    # Centre, and extent ahead and aside, in the stand's frame.
    for ahead, aside, length, width in (
        (0.4, 0.0, 2.6, 1.8),
        (0.15, table_side * 1.2, 1.7, 1.6),
    ):
        u, v, _ = frame.to_world((ahead, aside, 0.0))
        taken.take(u, v, length, width, yaw)


def _table_stand(corner: ToteCorner) -> PlanarPose:
    x, y, yaw = corner.table
    u, v, _ = Frame((x, y, 0.0), yaw).to_world((-TABLE_STAND_M, 0.0, 0.0))
    return u, v, yaw


def _draw_start(rng: Generator, space: FreeSpace, stand: PlanarPose) -> PlanarPose | None:
    """Return a free place from which the way to ``stand`` is 4-8 m long, or None without one."""
    row, column = space.grid.cells(np.array(stand[:2]))
    if space.clearance_m[row, column] < GOAL_CLEARANCE_M:
        return None
    lengths = space.path_lengths(stand[0], stand[1], ROBOT_RADIUS_M)
    far = (lengths >= WAY_M[0]) & (lengths <= WAY_M[1])
    places = np.argwhere(far & (space.clearance_m >= START_CLEARANCE_M))
    if not len(places):
        return None
    x, y = (float(v) for v in space.grid.centers(places[rng.integers(len(places))]))
    bearing = math.atan2(stand[1] - y, stand[0] - x)
    return x, y, bearing + float(np.clip(rng.normal(0, 0.7), -1.5, 1.5))


def _is_reachable(space: FreeSpace, stand: PlanarPose, goal: PlanarPose) -> bool:
    """Return whether the robot can walk from ``stand`` to ``goal``."""
    row, column = space.grid.cells(np.array(goal[:2]))
    lengths = space.path_lengths(stand[0], stand[1], ROBOT_RADIUS_M)
    return bool(np.isfinite(lengths[row, column]))
