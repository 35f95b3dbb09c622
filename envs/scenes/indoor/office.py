"""Offices and flats: rooms along a corridor or hall, with random furniture and light."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.appearance.floor_textures import tiles
from drive2walk.envs.scenes.appearance.lights import light_indoors, prepare_view
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.sky import plain_sky
from drive2walk.envs.scenes.appearance.wall_textures import WALL_TEXTURES, plaster
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.free_space import blocked_cells, free_space
from drive2walk.envs.scenes.indoor.ceilings import build_ceiling
from drive2walk.envs.scenes.indoor.doors import build_doorway
from drive2walk.envs.scenes.indoor.floor_plan import WALL_M, FloorPlan, Room
from drive2walk.envs.scenes.indoor.floors import (
    FloorCanvas,
    draw_floor_pattern,
    draw_rug_pattern,
)
from drive2walk.envs.scenes.indoor.furnishing import furnish, reserve_doorways, scatter
from drive2walk.envs.scenes.indoor.hardships import Hardships, add_people, draw_tight_route
from drive2walk.envs.scenes.indoor.lightmap import draw_lightmap, draw_sun_patches
from drive2walk.envs.scenes.indoor.plan_drawing import draw_plan
from drive2walk.envs.scenes.indoor.walls import Finish, build_walls
from drive2walk.envs.scenes.occupancy import Occupancy
from drive2walk.envs.scenes.routes import draw_route
from drive2walk.envs.scenes.scene import Bounds, Scene

ATTEMPTS = 12
# No light reaches a ceiling's lower face; it glows as if lit from the floor.
CEILING_GLOW = 0.45


def build_office(seed: int) -> Scene:
    """Return a furnished office of 8-14 m by 8-14 m; the seed fixes it.

    A disc of 0.42 m radius can move from start to goal on a path of 4-9 m.

    Raises:
        RuntimeError: No attempt with this seed gave a free path.
    """
    return _build_office(seed, Hardships())


def build_hard_office(seed: int) -> Scene:
    """Return an office that is hard to cross; the seed fixes it.

    Most doors are ajar or half blocked, so that from start to goal only a disc of 0.30 m radius
    can move, on a path of 4-9 m. Up to two people walk across the way, and the robot faces a wall.

    Raises:
        RuntimeError: No attempt with this seed gave a free path.
    """
    return _build_office(seed, Hardships(narrow_probability=0.8, people=2, tight_radius_m=0.3))


def _build_office(seed: int, hardships: Hardships) -> Scene:
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, attempt])
        scene = _draw_office(rng, crowding=0.85**attempt, hardships=hardships)
        if scene is not None:
            return scene
    raise RuntimeError(f"no office of seed {seed} has a free path. Give another seed.")


def _draw_office(rng: np.random.Generator, crowding: float, hardships: Hardships) -> Scene | None:
    b = SceneBuilder(rng)
    plan = draw_plan(rng)
    bounds = (0.0, plan.width_m, 0.0, plan.depth_m)
    density = float(rng.uniform(0.5, 1.4)) * crowding
    clutter_rate = float(rng.choice([0.5, 1.5, 3.5])) * crowding
    height = float(rng.uniform(2.4, 3.0))
    prepare_view(b.spec, 0.6 * max(bounds))
    plain_sky(b.spec)
    parameters: dict[str, Any] = {
        "rooms": [room.kind for room in plan.rooms],
        "density": density,
        "clutter_rate": clutter_rate,
        "ceiling_m": height,
        **light_indoors(b.spec, rng, (plan.width_m / 2, plan.depth_m / 2)),
    }
    taken = Occupancy(bounds)
    parameters["walls"] = build_shell(b, plan, taken, height, hardships)
    for room in plan.rooms:
        furnish(b, room, taken, density)
    for room in plan.rooms:
        scatter(b, room, taken, clutter_rate)
    parameters |= lay_floors(b, plan, bounds)
    space = free_space(b.spec, b.surfaces, bounds)
    radius_m = hardships.tight_radius_m
    if radius_m is None:
        route = draw_route(rng, space)
    else:
        walls = {name for name, surface in b.surfaces.items() if surface == "wall"}
        wall_cells = blocked_cells(b.spec, space.grid, walls)
        route = draw_tight_route(rng, space, wall_cells, radius_m)
    if route is None:
        return None
    walkers = add_people(b, space, route, hardships) if hardships.people else ()
    return Scene(b.spec, b.surfaces, route[0], route[1], bounds, parameters, walkers)


def build_shell(
    b: SceneBuilder, plan: FloorPlan, taken: Occupancy, height: float, hardships: Hardships
) -> list[str]:
    """Add ground, walls, doors and ceilings to a scene.

    Args:
        b: Builder of the scene.
        plan: Rooms and doorways.
        taken: Ground on which walls and doorways are marked.
        height: Height of the rooms, in metres.
        hardships: Difficulties at the doors.

    Returns:
        Each room's kind of wall.
    """
    b.solid_ground("ground", 0.0, "floor")
    door_look = b.materials.board()
    reserve_doorways(taken, plan.doorways)
    for door in plan.doorways:
        build_doorway(b, door, taken, door_look, _draw_gap(b, hardships))
    shared, kinds = _draw_finish(b, "house", height), []
    ceiling = _draw_ceiling_look(b)
    for number, room in enumerate(plan.rooms):
        own = b.rng.random() < 0.55
        kind, finish = _draw_finish(b, str(number), height) if own else shared
        kinds.append(kind)
        build_walls(b, plan, room, height, finish)
        build_ceiling(b, room, height, ceiling)
        _take_walls(taken, room)
    return kinds


def _draw_gap(b: SceneBuilder, hardships: Hardships) -> float | None:
    """Return the clear width of a narrow doorway, or None for one that isn't narrow."""
    probability = hardships.narrow_probability
    if not probability or b.rng.random() >= probability:
        return None
    return float(b.rng.uniform(*hardships.gap_m))


def _take_walls(taken: Occupancy, room: Room) -> None:
    x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
    for edge in (room.x0, room.x1):
        taken.take(edge, y, 2 * WALL_M, room.y1 - room.y0)
    for edge in (room.y0, room.y1):
        taken.take(x, edge, room.x1 - room.x0, 2 * WALL_M)


def _draw_finish(b: SceneBuilder, name: str, height: float) -> tuple[str, Finish]:
    """Return a random kind of wall and its finish; ``name`` tells its material from others."""
    rng = b.rng
    kind = str(rng.choice(list(WALL_TEXTURES), p=[0.62, 0.16, 0.06, 0.06, 0.04, 0.06]))
    pale = rng.random() < 0.78
    saturation, value = ((0, 0.18), (0.6, 1.0)) if pale else ((0.1, 0.6), (0.3, 0.95))
    # Most walls are white or a warm pale colour.
    hue = (0.04, 0.16) if pale and rng.random() < 0.6 else (0.0, 1.0)
    image = WALL_TEXTURES[kind](rng, random_colour(rng, hue, saturation, value))
    width = float(rng.uniform(1.5, 3.0))
    wall = b.materials.tiled(f"wall_{name}", image, (width, height))
    skirting = b.materials.board()
    if rng.random() < 0.3:
        skirting = dataclasses.replace(wall, rgba=(0.8, 0.8, 0.8, 1.0))
    skirting_m = float(rng.choice([0.0, rng.uniform(0.05, 0.14)], p=[0.25, 0.75]))
    return kind, Finish(wall, skirting, skirting_m)


def _draw_ceiling_look(b: SceneBuilder) -> Look:
    rng = b.rng
    colour = random_colour(rng, (0.05, 0.2), (0, 0.12), (0.6, 1))
    if rng.random() < 0.45:
        return b.materials.tiled("ceiling", tiles(rng, colour), (2.4, 2.4), CEILING_GLOW)
    return b.materials.tiled("ceiling", plaster(rng, colour), (4.0, 4.0), CEILING_GLOW)


def lay_floors(b: SceneBuilder, plan: FloorPlan, bounds: Bounds) -> dict[str, Any]:
    """Add the floors of all rooms and some rugs, shaded by what stands on them.

    Args:
        b: Builder of the scene, which is furnished already.
        plan: Rooms.
        bounds: Extent of the plan.

    Returns:
        The drawn parameters.
    """
    rng, canvas = b.rng, FloorCanvas(bounds)
    suns = draw_sun_patches(rng, plan) if rng.random() < 0.45 else []
    lightmap = draw_lightmap(rng, b.spec, bounds, suns)
    shared, kinds = draw_floor_pattern(rng), []
    for room in plan.rooms:
        kind, pattern, tile_m = draw_floor_pattern(rng) if rng.random() < 0.6 else shared
        canvas.paint((room.x0, room.x1, room.y0, room.y1), pattern, tile_m, (0.0, 0.0))
        kinds.append(kind)
        if rng.random() < 0.3:
            w = float(rng.uniform(0.3, 0.75)) * (room.x1 - room.x0)
            d = float(rng.uniform(0.3, 0.75)) * (room.y1 - room.y0)
            x = float(rng.uniform(room.x0 + 0.1, room.x1 - w - 0.1))
            y = float(rng.uniform(room.y0 + 0.1, room.y1 - d - 0.1))
            canvas.paint((x, x + w, y, y + d), draw_rug_pattern(rng), max(w, d), (x, y))
    is_glossy = rng.random() < 0.35
    reflectance = float(rng.uniform(0.04, 0.3)) if is_glossy else 0.0
    canvas.add_to(b, lightmap, reflectance)
    return {"floors": kinds, "sun_patches": len(suns), "reflectance": reflectance}
