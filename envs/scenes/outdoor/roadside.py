"""The sides of a street: pavements, front gardens, houses and what stands on the pavements."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.floor_textures import concrete, tiles
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.wall_textures import bricks
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.clutter import clutter
from drive2walk.envs.scenes.items.item import Item
from drive2walk.envs.scenes.items.people import person
from drive2walk.envs.scenes.occupancy import Occupancy
from drive2walk.envs.scenes.outdoor.buildings import build_house
from drive2walk.envs.scenes.outdoor.road import KERB_M
from drive2walk.envs.scenes.outdoor.section import LENGTH_M, Section
from drive2walk.envs.scenes.outdoor.street_furniture import (
    bollard,
    fence,
    lamp_post,
    sign,
    traffic_light,
)
from drive2walk.envs.scenes.outdoor.vegetation import hedge, tree


def build_side(
    b: SceneBuilder, section: Section, end: int, gap: float | None, taken: Occupancy
) -> None:
    """Add one side of the street.

    Args:
        b: Builder of the scene.
        section: Cross section of the street.
        end: Side: 1 for positive y, -1 for negative y.
        gap: World x of the middle of a side street; None for no side street.
        taken: Ground on which lamps, people and so on are marked.
    """
    # In the side's own frame the kerb is y = 0, and houses are at negative y and face +y.
    at = b.at(0, end * section.kerb_m, math.pi if end > 0 else 0.0)
    half, turned = LENGTH_M / 2, -end
    stretches = [(-half, half)]
    if gap is not None:
        middle = gap * turned
        stretches = [(-half, middle - 3.5), (middle + 3.5, half)]
    look = _draw_pavement_look(b)
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
            _add_front_gardens(at, section, (start, stop))
        _add_houses(at, (start, stop), -deep)
    _furnish_pavement(at, section, taken)


def close_ends(b: SceneBuilder, section: Section) -> None:
    """Add a row of houses behind a pavement across both ends, as at a T-junction."""
    wide = 2 * section.house_m + 30
    look = _draw_pavement_look(b)
    for end in (-1, 1):
        at = b.at(end * (LENGTH_M / 2 + 9), 0, end * math.pi / 2)
        slab = (wide, 2.5, KERB_M)
        at.box("ground_pavement", slab, (0, -1.25, -KERB_M / 2), "sidewalk", look)
        _add_houses(at, (-wide / 2, wide / 2), -2.5)


def _draw_pavement_look(b: SceneBuilder) -> Look:
    rng = b.rng
    colour = random_colour(rng, (0.02, 0.12), (0, 0.25), (0.3, 0.85))
    style = rng.integers(4)
    if style < 2:
        image = tiles(rng, colour, chequered=0.03)
    else:
        image = bricks(rng, colour) if style == 2 else concrete(rng, colour)
    tile_m = float(rng.uniform(1.5, 3.5))
    return b.materials.tiled("pavement", image, (tile_m, tile_m))


def _add_front_gardens(b: SceneBuilder, section: Section, span: tuple[float, float]) -> None:
    """Add grass, and fences, hedges or trees towards the pavement."""
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


def _add_houses(b: SceneBuilder, span: tuple[float, float], y: float) -> None:
    """Add a row of houses, with gaps, whose fronts are at ``y``."""
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


def _furnish_pavement(b: SceneBuilder, section: Section, taken: Occupancy) -> None:
    """Add lamps, signs, trees, people and clutter to a pavement, where there is room."""
    rng, half = b.rng, LENGTH_M / 2
    wide = section.pavement_m
    # Maker, number, range of the distance from the kerb in metres.
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
            wx, wy, _ = b.to_world((x, y, 0))
            if taken.fits(wx, wy, item.width_m, item.width_m, 0.0):
                taken.take(wx, wy, item.width_m, item.width_m)
                yaw = float(rng.uniform(0, 6.28)) if maker in (person, clutter) else 0.0
                item.build(b.at(x, y, yaw))
