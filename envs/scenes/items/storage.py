"""Furniture for walls: cabinets, shelves, counters, machines, beds and sideboards."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.pictures import bookshelf, screen
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item

FRONT = math.pi / 2
WHITE = np.ones(3)


def cabinet(rng: Generator) -> Item:
    """Return a cabinet, a sideboard or a wardrobe with doors and handles."""
    width, depth = float(rng.uniform(0.5, 1.8)), float(rng.uniform(0.35, 0.6))
    height = float(rng.choice([rng.uniform(0.55, 1.1), rng.uniform(1.6, 2.2)]))
    return Item(width, depth, lambda b: _build_cabinet(b, width, depth, height))


def shelf(rng: Generator) -> Item:
    """Return a shelf: open boards with things, or a front full of books."""
    width, depth = float(rng.uniform(0.6, 1.6)), float(rng.uniform(0.25, 0.4))
    height, rows = float(rng.uniform(0.8, 2.1)), int(rng.integers(3, 6))
    return Item(width, depth, lambda b: _build_shelf(b, width, depth, height, rows))


def counter(rng: Generator) -> Item:
    """Return a kitchen counter, sometimes with wall cupboards over it."""
    width = float(rng.uniform(1.2, 2.6))
    return Item(width, 0.62, lambda b: _build_counter(b, width))


def fridge(rng: Generator) -> Item:
    """Return a fridge, a copier or a vending machine: one tall box with a front."""
    width, height = float(rng.uniform(0.55, 0.8)), float(rng.uniform(1.0, 1.9))

    def build(b: SceneBuilder) -> None:
        look = b.materials.paint()
        b.box("machine", (width, 0.6, height), (0, 0, height / 2), "furniture", look)
        door = (width * 0.94, height * 0.55, 0.02)
        front = (0.0, 0.31, height * 0.68)
        b.panel("machine_door", door, front, FRONT, "furniture", b.materials.paint())
        grip = (0.025, 0.03, 0.3)
        b.box("machine_grip", grip, (width * 0.35, 0.33, height * 0.6), "furniture", look)

    return Item(width, 0.66, build)


def bed(rng: Generator) -> Item:
    """Return a bed with a headboard, blanket and pillows."""
    width = float(rng.choice([0.95, 1.45, 1.65]))

    def build(b: SceneBuilder) -> None:
        frame, cloth = b.materials.board(), b.materials.fabric()
        height = float(b.rng.uniform(0.25, 0.4))
        b.box("bed_frame", (width, 2.0, 0.15), (0, 0, height - 0.075), "furniture", frame)
        for x in (-width / 2 + 0.05, width / 2 - 0.05):
            for y in (-0.95, 0.95):
                leg = (0.06, 0.06, height)
                b.box("bed_leg", leg, (x, y, height / 2), "furniture", frame)
        mattress = b.materials.plain(b.rng.uniform(0.7, 0.95) * WHITE)
        b.box("mattress", (width * 0.96, 1.95, 0.2), (0, 0, height + 0.1), "furniture", mattress)
        blanket = (width * 1.01, 1.3, 0.12)
        b.box("blanket", blanket, (0, 0.32, height + 0.17), "furniture", cloth)
        for x in (-width / 4, width / 4):
            pillow = (0.3, 0.2, 0.08)
            b.ellipsoid("pillow", pillow, (x, -0.75, height + 0.25), "furniture", mattress)
        b.box("headboard", (width, 0.06, 0.9), (0, -1.03, 0.45), "furniture", frame)

    return Item(width, 2.12, build)


def television(rng: Generator) -> Item:
    """Return a low sideboard with a screen on it."""
    width = float(rng.uniform(1.1, 1.9))

    def build(b: SceneBuilder) -> None:
        _build_cabinet(b, width, 0.42, 0.48)
        look = b.materials.stretched("television", screen(b.rng), emission=0.3)
        tv = (width * 0.75, width * 0.43, 0.05)
        b.panel("tv", tv, (0, -0.05, 0.55 + tv[1] / 2), FRONT, "furniture", look)

    return Item(width, 0.45, build)


def _build_cabinet(b: SceneBuilder, width: float, depth: float, height: float) -> None:
    body, doors = b.materials.board(), b.materials.board()
    plinth = float(b.rng.choice([0.0, 0.05, 0.12]))
    tall = height - plinth
    b.box("cabinet", (width, depth, tall), (0, 0, plinth + tall / 2), "furniture", body)
    if plinth:
        _add_plinth(b, width, depth, plinth, body)
    columns = max(1, round(width / b.rng.uniform(0.4, 0.7)))
    rows = max(1, round(tall / b.rng.uniform(0.3, 1.5)))
    grip = b.materials.metal()
    for column in range(columns):
        for row in range(rows):
            w, h = width / columns, tall / rows
            x, z = -width / 2 + w * (column + 0.5), plinth + h * (row + 0.5)
            front = (w - 0.012, h - 0.012, 0.016)
            b.panel("cabinet_door", front, (x, depth / 2 + 0.006, z), FRONT, "furniture", doors)
            handle = (0.1, 0.02, 0.012)
            b.box("handle", handle, (x, depth / 2 + 0.025, z + h * 0.3), "furniture", grip)


def _add_plinth(b: SceneBuilder, width: float, depth: float, height: float, look: Look) -> None:
    """Add a plinth or four legs."""
    if b.rng.random() < 0.5:
        size = (width * 0.96, depth * 0.9, height)
        b.box("plinth", size, (0, -0.02, height / 2), "furniture", look)
        return
    for x in (-width / 2 + 0.04, width / 2 - 0.04):
        for y in (-depth / 2 + 0.04, depth / 2 - 0.04):
            b.cylinder("cabinet_leg", (x, y, 0), (x, y, height), 0.015, "furniture", look)


def _build_shelf(b: SceneBuilder, width: float, depth: float, height: float, rows: int) -> None:
    board = b.materials.board()
    if b.rng.random() < 0.5:
        name = f"books_{int(b.rng.integers(3))}"
        image = b.materials.stretched(name, bookshelf(b.rng, rows))
        b.box("shelf_body", (width, depth, height), (0, -0.01, height / 2), "furniture", board)
        face = (width * 0.96, height * 0.97, 0.02)
        b.panel("shelf_books", face, (0, depth / 2, height / 2), FRONT, "furniture", image)
        return
    for x in (-width / 2, width / 2):
        b.box("shelf_side", (0.025, depth, height), (x, 0, height / 2), "furniture", board)
    for row in range(rows):
        z = 0.08 + (height - 0.1) * row / (rows - 1)
        b.box("shelf_board", (width, depth, 0.025), (0, 0, z), "furniture", board)
        for _ in range(int(b.rng.integers(0, 4))):
            tall = float(b.rng.uniform(0.08, 0.26))
            size = (float(b.rng.uniform(0.06, 0.3)), depth * 0.6, tall)
            x = float(b.rng.uniform(-0.35, 0.35)) * width
            look = b.materials.paint()
            b.box("shelf_thing", size, (x, 0, z + 0.0125 + tall / 2), "clutter", look)


def _build_counter(b: SceneBuilder, width: float) -> None:
    _build_cabinet(b, width, 0.58, 0.86)
    stone = b.materials.tinted("rough", b.rng.uniform(0.1, 0.9) * WHITE)
    b.box("worktop", (width + 0.02, 0.62, 0.04), (0, 0, 0.88), "furniture", stone)
    sink = (0.5, 0.4, 0.01)
    b.box("sink", sink, (width * 0.2, 0, 0.901), "furniture", b.materials.metal())
    if b.rng.random() < 0.6:
        upper = b.materials.board()
        size = (width, 0.34, 0.65)
        b.box("cupboard", size, (0, -0.13, 1.75), "furniture", upper)
        count = max(1, round(width / 0.5))
        for k in range(count):
            x = -width / 2 + width * (k + 0.5) / count
            door = (width / count - 0.02, 0.63, 0.01)
            b.panel("cupboard_door", door, (x, 0.045, 1.75), FRONT, "furniture", upper)
