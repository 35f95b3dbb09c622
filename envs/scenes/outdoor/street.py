"""Streets: a road with marks and kerbs, pavements, houses, cars, people, trees, signs.

The road runs along x. Pavements lie at z = 0, the road a kerb lower.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from drive2walk.envs.scenes.appearance.lights import light_outdoors, prepare_view
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.sky import build_sky
from drive2walk.envs.scenes.appearance.textures import (
    Generator,
    bricks,
    concrete,
    random_colour,
    tiles,
)
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.free_space import free_space
from drive2walk.envs.scenes.items.clutter import clutter
from drive2walk.envs.scenes.items.item import Item
from drive2walk.envs.scenes.items.people import person
from drive2walk.envs.scenes.occupancy import Occupancy
from drive2walk.envs.scenes.outdoor.buildings import build_house
from drive2walk.envs.scenes.outdoor.road import KERB_M, build_road
from drive2walk.envs.scenes.outdoor.street_furniture import (
    bollard,
    fence,
    lamp_post,
    sign,
    traffic_light,
)
from drive2walk.envs.scenes.outdoor.vegetation import hedge, tree
from drive2walk.envs.scenes.outdoor.vehicles import bicyclist, car
from drive2walk.envs.scenes.routes import draw_route
from drive2walk.envs.scenes.scene import Scene

ATTEMPTS = 12
LENGTH_M = 90.0
PLAZA_M = 24.0  # the stretch about x = 0 in which start and goal lie


@dataclasses.dataclass(frozen=True)
class Section:
    """The street's cross section in metres; the road's middle is y = 0."""

    lanes: int
    lane_m: float
    parking_m: float
    pavement_m: float
    verge_m: float

    @property
    def kerb_m(self) -> float:
        """Half the road's width: the kerbs stand at y = +-kerb_m."""
        return self.lanes * self.lane_m / 2 + self.parking_m

    @property
    def house_m(self) -> float:
        """Distance of the house fronts from the road's middle."""
        return self.kerb_m + self.pavement_m + self.verge_m


def build_street(seed: int) -> Scene:
    """Return a street of 90 m; the same seed gives the same street.

    Start and goal lie on a pavement near x = 0; a disc of 0.42 m radius can go from one to
    the other. ``parameters["lanes"]`` holds (y, yaw) of each driving lane.
    """
    for attempt in range(ATTEMPTS):
        scene = _draw_street(np.random.default_rng([seed, attempt]))
        if scene is not None:
            return scene
    raise RuntimeError(f"no street with a free path came out of seed {seed}")


def _draw_street(rng: Generator) -> Scene | None:
    b = SceneBuilder(rng)
    section = Section(
        lanes=int(rng.choice([2, 2, 2, 3, 4])),
        lane_m=float(rng.uniform(2.7, 3.5)),
        parking_m=float(rng.choice([0.0, 2.1])),
        pavement_m=float(rng.uniform(1.9, 4.5)),
        verge_m=float(rng.choice([0.0, 0.0, rng.uniform(1.0, 5.0)])),
    )
    prepare_view(b.spec, LENGTH_M / 2)
    parameters: dict[str, Any] = dataclasses.asdict(section)
    parameters |= light_outdoors(b.spec, rng)
    parameters |= build_sky(b.spec, rng)
    side_street = float(rng.uniform(-20, 30)) if rng.random() < 0.5 else None
    parameters["road"] = build_road(b, section.lanes, section.lane_m, section.kerb_m, LENGTH_M)
    half = LENGTH_M / 2
    taken = Occupancy((-half, half, -section.house_m, section.house_m))
    for end in (-1, 1):
        _build_side(b, section, end, side_street, taken)
    _close_ends(b, section)
    _fill_road(b, section, taken)
    drive_left = bool(rng.random() < 0.5)
    parameters["lanes"] = _driving_lanes(section, drive_left)
    bounds = (-PLAZA_M / 2, PLAZA_M / 2, -section.house_m, section.house_m)
    space = free_space(b.spec, b.surfaces, bounds)
    route = draw_route(rng, space)
    if route is None:
        return None
    return Scene(b.spec, b.surfaces, route[0], route[1], bounds, parameters)


def _driving_lanes(section: Section, drive_left: bool) -> list[tuple[float, float]]:
    lanes = []
    for k in range(section.lanes):
        y = (k + 0.5 - section.lanes / 2) * section.lane_m
        forward = (y > 0) == drive_left
        lanes.append((y, 0.0 if forward else math.pi))
    return lanes


def _build_side(
    b: SceneBuilder, section: Section, end: int, gap: float | None, taken: Occupancy
) -> None:
    """Build one side's pavement, houses and what stands there, except in a side street."""
    # In the side's own frame the kerb is y = 0, houses are at negative y and face +y.
    at = b.at(0, end * section.kerb_m, math.pi if end > 0 else 0.0)
    half, turned = LENGTH_M / 2, -end
    stretches = [(-half, half)]
    if gap is not None:
        middle = gap * turned
        stretches = [(-half, middle - 3.5), (middle + 3.5, half)]
    look = _pavement_look(b)
    deep = section.pavement_m + section.verge_m
    for start, stop in stretches:
        long, x = stop - start, (start + stop) / 2
        slab = (long, section.pavement_m, KERB_M)
        centre = (x, -section.pavement_m / 2, -KERB_M / 2)
        at.box("ground_pavement", slab, centre, "sidewalk", look)
        stone = b.materials.plain(np.full(3, float(b.rng.uniform(0.4, 0.8))))
        kerb = (long, 0.14, KERB_M)
        at.box("ground_kerb", kerb, (x, 0.07, -KERB_M / 2), "sidewalk", stone)
        if section.verge_m:
            _verge(at, section, (start, stop))
        _houses(at, (start, stop), -deep)
    _stand_on_pavement(at, section, taken)


def _close_ends(b: SceneBuilder, section: Section) -> None:
    """Put a row of houses behind a pavement across both ends, as at a T-junction."""
    wide = 2 * section.house_m + 30
    look = _pavement_look(b)
    for end in (-1, 1):
        at = b.at(end * (LENGTH_M / 2 + 9), 0, end * math.pi / 2)
        slab = (wide, 2.5, KERB_M)
        at.box("ground_pavement", slab, (0, -1.25, -KERB_M / 2), "sidewalk", look)
        _houses(at, (-wide / 2, wide / 2), -2.5)


def _pavement_look(b: SceneBuilder) -> Look:
    rng = b.rng
    colour = random_colour(rng, (0.02, 0.12), (0, 0.25), (0.3, 0.85))
    style = rng.integers(4)
    if style < 2:
        image = tiles(rng, colour, chequered=0.03)
    else:
        image = bricks(rng, colour) if style == 2 else concrete(rng, colour)
    tile_m = float(rng.uniform(1.5, 3.5))
    return b.materials.tiled("pavement", image, (tile_m, tile_m))


def _verge(b: SceneBuilder, section: Section, span: tuple[float, float]) -> None:
    """Add front gardens: grass, and a fence or a hedge towards the pavement."""
    rng = b.rng
    long, x = span[1] - span[0], (span[0] + span[1]) / 2
    green = random_colour(rng, (0.17, 0.33), (0.25, 0.7), (0.2, 0.55))
    grass = b.materials.tinted("leaves", green)
    size = (long, section.verge_m, KERB_M + 0.04)
    centre = (x, -section.pavement_m - section.verge_m / 2, -KERB_M / 2 + 0.02)
    b.box("grass", size, centre, "tree", grass)
    at = span[0]
    while at < span[1] - 1.5:
        length = min(float(rng.uniform(3, 9)), span[1] - at)
        place = b.at(at + length / 2, -section.pavement_m - 0.3)
        style = rng.integers(4)
        if style < 2:
            (fence(length) if style else hedge(length)).build(place)
        if rng.random() < 0.5 and section.verge_m > 1.5:
            tree(rng).build(b.at(at + length / 2, -section.pavement_m - section.verge_m / 2))
        at += length + float(rng.choice([0.0, 1.2]))


def _houses(b: SceneBuilder, span: tuple[float, float], y: float) -> None:
    at = span[0]
    while span[1] - at > 0.5:
        width = float(b.rng.uniform(5, 14))
        if span[1] - at - width < 4:
            width = span[1] - at
        style = b.rng.random()
        place = b.at(at + width / 2, y)
        if style < 0.86:
            build_house(place, width, str(len(b.surfaces)))
        else:
            # A gap in the row: a fence with trees behind it.
            fence(width).build(place)
            for _ in range(3):
                x, back = float(b.rng.uniform(-0.4, 0.4)) * width, -float(b.rng.uniform(1.5, 7))
                tree(b.rng).build(place.at(x, back))
        at += width


def _stand_on_pavement(b: SceneBuilder, section: Section, taken: Occupancy) -> None:
    rng, half = b.rng, LENGTH_M / 2
    wide = section.pavement_m
    makers: list[tuple[Callable[[Generator], Item], int, tuple[float, float]]] = [
        (lamp_post, 4, (0.2, 0.5)),
        (sign, int(rng.integers(1, 5)), (0.2, 0.6)),
        (tree, int(rng.choice([0, 0, 5, 9])), (0.5, 0.9)),
        (bollard, int(rng.choice([0, 2, 8])), (0.2, 0.4)),
        (traffic_light, int(rng.choice([0, 0, 1])), (0.2, 0.5)),
        (person, int(rng.integers(2, 16)), (0.5, wide - 0.5)),
        (clutter, int(rng.integers(0, 5)), (0.4, wide - 0.3)),
    ]
    for maker, count, (near, far) in makers:
        for _ in range(count):
            x, y = float(rng.uniform(-half, half)), -float(rng.uniform(near, max(near, far)))
            item = maker(rng)
            wx, wy, _ = b.world((x, y, 0))
            if taken.fits(wx, wy, item.width_m, item.width_m, 0.0):
                taken.take(wx, wy, item.width_m, item.width_m)
                yaw = float(rng.uniform(0, 6.28)) if maker in (person, clutter) else 0.0
                item.build(b.at(x, y, yaw))


def _fill_road(b: SceneBuilder, section: Section, taken: Occupancy) -> None:
    """Park cars at the kerbs; let cars and bicyclists drive."""
    rng, half = b.rng, LENGTH_M / 2
    share = float(rng.uniform(0.2, 0.9))
    for side in (-1, 1):
        x = -half + 3
        while section.parking_m and x < half - 3:
            item = car(rng)
            if rng.random() < share:
                turn = float(rng.choice([-1, 1])) * math.pi / 2 + float(rng.normal(0, 0.02))
                item.build(b.at(x, side * (section.kerb_m - 1.15), turn, -KERB_M))
            x += item.depth_m + float(rng.uniform(0.4, 2.0))
    lanes = _driving_lanes(section, True)
    for _ in range(int(rng.integers(0, 10))):
        y, yaw = lanes[int(rng.integers(len(lanes)))]
        item = bicyclist(rng) if rng.random() < 0.5 else car(rng)
        x = float(rng.uniform(-half, half))
        if taken.fits(x, y, item.depth_m + 1, item.width_m, 0.0):
            taken.take(x, y, item.depth_m + 1, item.width_m)
            item.build(b.at(x, y, yaw - math.pi / 2, -KERB_M))
