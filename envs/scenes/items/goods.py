"""What stands in a warehouse: filled racks, workbenches, pallets and bins."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item
from drive2walk.envs.scenes.items.racks import POST_M, add_open_box, add_rack, add_table

# Probability that a place on a board holds a box, and that such a box is an open one.
FILLED, OPEN = 0.6, 0.5
PALLET_M = (0.8, 1.2, 0.144)
DECK_M = 0.022
BOX_WALL_M = 0.008


def goods_rack(rng: Generator) -> Item:
    """Return a rack with two to four boards and boxes on them."""
    depth, width = float(rng.uniform(0.4, 0.6)), float(rng.uniform(1.0, 2.2))
    height, count = float(rng.uniform(1.3, 2.3)), int(rng.integers(2, 5))
    lowest = float(rng.uniform(0.15, 0.3))
    boards = tuple(float(z) for z in np.linspace(lowest, height - 0.05, count))

    def build(b: SceneBuilder) -> None:
        front = b.at(0.0, depth / 2, -math.pi / 2)
        add_rack(front, "rack", (depth, width, height), boards)
        for z in boards:
            _fill_board(front.at(0.0, 0.0, z=z), depth, width)

    return Item(width + 2 * POST_M, depth + POST_M, build)


def workbench(rng: Generator) -> Item:
    """Return a table at which people stand or sit, with a few boxes on it."""
    depth, width = float(rng.uniform(0.5, 0.8)), float(rng.uniform(0.9, 1.8))
    height = float(rng.uniform(0.68, 0.95))

    def build(b: SceneBuilder) -> None:
        front = b.at(0.0, depth / 2, -math.pi / 2)
        add_table(front, "bench", (depth, width, height))
        if b.rng.random() < 0.7:
            _fill_board(front.at(0.0, 0.0, z=height), depth, width)

    return Item(width, depth, build)


def pallet(rng: Generator) -> Item:
    """Return a pallet, empty or with boxes stacked on it."""
    depth, width, height = PALLET_M
    return Item(width, depth, lambda b: _build_pallet(b, depth, width, height))


def bin_on_floor(rng: Generator) -> Item:
    """Return an open bin or basket that stands on the floor."""
    edge, height = float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.2, 0.5))

    def build(b: SceneBuilder) -> None:
        add_open_box(b, "open_bin", (edge, edge, height), 0.015, _draw_box_look(b))

    return Item(edge, edge, build)


def _build_pallet(b: SceneBuilder, depth: float, width: float, height: float) -> None:
    wood = b.materials.tinted("boards", np.array([0.7, 0.56, 0.38]) * float(b.rng.uniform(0.7, 1)))
    for row in (-1, 0, 1):
        beam = (width, 0.1, height - DECK_M)
        b.box("pallet_beam", beam, (0.0, row * 0.45 * depth, beam[2] / 2), "clutter", wood)
    for x in np.linspace(-0.46, 0.46, 7):
        centre = (float(x) * width, 0.0, height - DECK_M / 2)
        b.box("pallet_deck", (0.1, depth, DECK_M), centre, "clutter", wood)
    if b.rng.random() < 0.5:
        return
    card = _draw_box_look(b)
    for x in (-0.25, 0.25):
        for y in (-0.25, 0.25):
            tall = float(b.rng.uniform(0.15, 0.75))
            size = (0.46 * width, 0.46 * depth, tall)
            centre = (x * width, y * depth, height + tall / 2)
            b.box("pallet_box", size, centre, "clutter", card)


def _fill_board(b: SceneBuilder, depth: float, width: float) -> None:
    """Put boxes in a row on a board that is deep along +x from its front edge's middle."""
    places = max(1, int(width / 0.45))
    pitch = width / places
    for k in range(places):
        if b.rng.random() >= FILLED:
            continue
        size = (
            float(b.rng.uniform(0.5, 0.85)) * depth,
            float(b.rng.uniform(0.5, 0.85)) * pitch,
            float(b.rng.uniform(0.1, 0.25)),
        )
        at = b.at(depth / 2, (k + 0.5) * pitch - width / 2, float(b.rng.normal(0, 0.05)))
        look = _draw_box_look(b)
        if b.rng.random() < OPEN:
            add_open_box(at, "open_box", size, BOX_WALL_M, look)
        else:
            at.box("carton", size, (0.0, 0.0, size[2] / 2), "clutter", look)


def _draw_box_look(b: SceneBuilder) -> Look:
    """Return the look of a cardboard box or of a plastic one."""
    if b.rng.random() < 0.5:
        card = random_colour(b.rng, (0.06, 0.1), (0.3, 0.6), (0.4, 0.8))
        return b.materials.tinted("rough", card)
    return b.materials.plain(random_colour(b.rng, (0, 1), (0.4, 0.9), (0.3, 0.85)))
