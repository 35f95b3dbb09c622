"""Thin and tall furniture: lamps, coat racks, ladders and partitions."""

from __future__ import annotations

import math

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item


def floor_lamp(rng: Generator) -> Item:
    """Return a lamp on a thin pole."""
    return Item(0.45, 0.45, _build_floor_lamp)


def coat_rack(rng: Generator) -> Item:
    """Return a coat rack with a few coats."""
    return Item(0.55, 0.55, _build_coat_rack)


def ladder(rng: Generator) -> Item:
    """Return a step ladder."""
    return Item(0.5, 0.8, _build_ladder)


def partition(rng: Generator) -> Item:
    """Return a free-standing screen between workplaces, or a whiteboard on feet."""
    width = float(rng.uniform(1.0, 1.8))
    return Item(width, 0.5, lambda b: _build_partition(b, width))


def _build_floor_lamp(b: SceneBuilder) -> None:
    metal, tall = b.materials.metal(), float(b.rng.uniform(1.3, 1.8))
    b.cylinder("lamp_foot", (0, 0, 0), (0, 0, 0.025), 0.14, "furniture", metal)
    b.cylinder("lamp_pole", (0, 0, 0), (0, 0, tall), 0.012, "furniture", metal)
    warm = random_colour(b.rng, (0.08, 0.15), (0.05, 0.4), (0.8, 1))
    shade = b.materials.plain(warm, emission=0.5)
    b.cylinder("lamp_shade", (0, 0, tall - 0.15), (0, 0, tall + 0.1), 0.18, "furniture", shade)


def _build_coat_rack(b: SceneBuilder) -> None:
    frame = b.materials.wood() if b.rng.random() < 0.5 else b.materials.metal()
    b.cylinder("rack_pole", (0, 0, 0.03), (0, 0, 1.75), 0.02, "furniture", frame)
    for k in range(4):
        angle = k * math.pi / 2 + 0.4
        cos, sin = math.cos(angle), math.sin(angle)
        foot = (0.24 * cos, 0.24 * sin, 0.015)
        b.capsule("rack_foot", (0, 0, 0.1), foot, 0.014, "furniture", frame)
        b.capsule("rack_hook", (0, 0, 1.6), (0.14 * cos, 0.14 * sin, 1.7), 0.01, "furniture", frame)
        if b.rng.random() < 0.5:
            coat, long = b.materials.fabric(), float(b.rng.uniform(0.3, 0.5))
            size = (0.12, 0.1, long)
            hung = (0.13 * cos, 0.13 * sin, 1.62 - long)
            b.ellipsoid("coat", size, hung, "clutter", coat, yaw=angle)


def _build_ladder(b: SceneBuilder) -> None:
    metal, tall = b.materials.metal(), float(b.rng.uniform(1.0, 1.7))
    for x in (-0.2, 0.2):
        for y in (-0.35, 0.35):
            b.capsule("ladder_rail", (x, y, 0.02), (x, 0, tall), 0.016, "furniture", metal)
    steps = int(tall / 0.28)
    for k in range(1, steps + 1):
        z = tall * k / (steps + 1)
        step = (0.4, 0.09, 0.025)
        b.box("ladder_step", step, (0, 0.35 * (1 - z / tall), z), "furniture", metal)


def _build_partition(b: SceneBuilder, width: float) -> None:
    metal, tall = b.materials.metal(), float(b.rng.uniform(1.2, 1.7))
    face = b.materials.fabric() if b.rng.random() < 0.6 else b.materials.paint()
    size = (width, tall - 0.1, 0.04)
    b.panel("partition", size, (0, 0, 0.1 + size[1] / 2), math.pi / 2, "furniture", face)
    for x in (-width / 2 + 0.05, width / 2 - 0.05):
        b.box("partition_foot", (0.05, 0.46, 0.025), (x, 0, 0.0125), "furniture", metal)
        b.box("partition_post", (0.03, 0.03, tall), (x, 0, tall / 2), "furniture", metal)
