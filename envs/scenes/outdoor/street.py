"""Streets: a road with pavements, houses, vehicles, people, trees and signs.

The road runs along x. Pavements are at z = 0, the road is a kerb lower.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.appearance.lights import light_outdoors, prepare_view
from drive2walk.envs.scenes.appearance.sky import build_sky
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.free_space import free_space
from drive2walk.envs.scenes.occupancy import Occupancy
from drive2walk.envs.scenes.outdoor.road import build_road
from drive2walk.envs.scenes.outdoor.roadside import build_side, close_ends
from drive2walk.envs.scenes.outdoor.section import LENGTH_M, Section
from drive2walk.envs.scenes.outdoor.traffic import add_traffic
from drive2walk.envs.scenes.routes import draw_route
from drive2walk.envs.scenes.scene import Scene

ATTEMPTS = 12
# Length of the stretch about x = 0 that contains start and goal.
PLAZA_M = 24.0


def build_street(seed: int) -> Scene:
    """Return a street of 90 m; the seed fixes it.

    Start and goal are on a pavement near x = 0; a disc of 0.42 m radius can move from one to the
    other. ``parameters["lanes"]`` holds (y, yaw) of each driving lane.

    Raises:
        RuntimeError: No attempt with this seed gave a free path.
    """
    for attempt in range(ATTEMPTS):
        scene = _draw_street(np.random.default_rng([seed, attempt]))
        if scene is not None:
            return scene
    raise RuntimeError(f"no street of seed {seed} has a free path. Give another seed.")


def _draw_street(rng: Generator) -> Scene | None:
    b = SceneBuilder(rng)
    section = _draw_section(rng)
    prepare_view(b.spec, LENGTH_M / 2)
    parameters: dict[str, Any] = dataclasses.asdict(section)
    parameters |= light_outdoors(b.spec, rng)
    parameters |= build_sky(b.spec, rng)
    side_street = float(rng.uniform(-20, 30)) if rng.random() < 0.5 else None
    parameters["road"] = build_road(b, section)
    half = LENGTH_M / 2
    taken = Occupancy((-half, half, -section.house_m, section.house_m))
    for end in (-1, 1):
        build_side(b, section, end, side_street, taken)
    close_ends(b, section)
    add_traffic(b, section, taken)
    drive_left = bool(rng.random() < 0.5)
    parameters["lanes"] = section.driving_lanes(drive_left=drive_left)
    bounds = (-PLAZA_M / 2, PLAZA_M / 2, -section.house_m, section.house_m)
    space = free_space(b.spec, b.surfaces, bounds)
    route = draw_route(rng, space)
    if route is None:
        return None
    return Scene(b.spec, b.surfaces, route[0], route[1], bounds, parameters)


def _draw_section(rng: Generator) -> Section:
    return Section(
        lanes=int(rng.choice([2, 2, 2, 3, 4])),
        lane_m=float(rng.uniform(2.7, 3.5)),
        parking_m=float(rng.choice([0.0, 2.1])),
        pavement_m=float(rng.uniform(1.9, 4.5)),
        verge_m=float(rng.choice([0.0, 0.0, rng.uniform(1.0, 5.0)])),
    )
