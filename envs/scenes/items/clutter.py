"""Small things on the floor."""

from __future__ import annotations

import math
from collections.abc import Callable

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item


def clutter(rng: Generator) -> Item:
    """Return one random kind of small thing: boxes, a bin, a bag, a cable, clothes, a pet..."""
    build, width = KINDS[int(rng.integers(len(KINDS)))]
    return Item(width, width, build)


def plant(rng: Generator) -> Item:
    """Return a plant in a pot."""
    return Item(0.5, 0.5, _build_plant)


def _build_boxes(b: SceneBuilder) -> None:
    z = 0.0
    for _ in range(int(b.rng.integers(1, 4))):
        size = tuple(float(v) for v in b.rng.uniform(0.18, 0.38, 3))
        card = random_colour(b.rng, (0.06, 0.1), (0.3, 0.6), (0.4, 0.8))
        is_card = b.rng.random() < 0.65
        look = b.materials.tinted("rough", card) if is_card else b.materials.paint()
        turn = float(b.rng.normal(0, 0.4))
        b.box(
            "box", (size[0], size[1], size[2]), (0, 0, z + size[2] / 2), "clutter", look, yaw=turn
        )
        if is_card:
            tape = (size[0] * 1.002, 0.05, size[2] * 1.002)
            pale = b.materials.plain(card * 1.3)
            b.box("box_tape", tape, (0, 0, z + size[2] / 2), "clutter", pale, yaw=turn)
        z += size[2]


def _build_bin(b: SceneBuilder) -> None:
    height, radius = float(b.rng.uniform(0.25, 0.6)), float(b.rng.uniform(0.11, 0.19))
    look = b.materials.paint()
    b.cylinder("bin", (0, 0, 0), (0, 0, height), radius, "clutter", look)
    inside = b.materials.plain(random_colour(b.rng, value=(0.02, 0.5)))
    top = (0, 0, height), (0, 0, height + 0.004)
    b.cylinder("bin_mouth", *top, radius * 0.92, "clutter", inside)


def _build_bag(b: SceneBuilder) -> None:
    look = b.materials.fabric()
    wide, tall = float(b.rng.uniform(0.12, 0.2)), float(b.rng.uniform(0.14, 0.25))
    b.ellipsoid("bag", (wide, 0.11, tall), (0, 0, tall * 0.95), "clutter", look)
    pocket = (wide * 0.6, 0.06, tall * 0.4)
    b.ellipsoid("bag_pocket", pocket, (0, 0.08, tall * 0.6), "clutter", b.materials.fabric())
    strap = (-0.06, 0, tall * 1.85), (0.06, 0, tall * 1.85)
    b.capsule("bag_strap", *strap, 0.015, "clutter", look)


def _build_bottle(b: SceneBuilder) -> None:
    for _ in range(int(b.rng.integers(1, 4))):
        x, y = (float(v) for v in b.rng.uniform(-0.15, 0.15, 2))
        tall, radius = float(b.rng.uniform(0.15, 0.3)), float(b.rng.uniform(0.03, 0.05))
        look = b.materials.paint()
        b.cylinder("bottle", (x, y, 0), (x, y, tall), radius, "clutter", look)
        neck = (x, y, tall), (x, y, tall + 0.06)
        b.capsule("bottle_neck", *neck, radius * 0.45, "clutter", look)


def _build_cable(b: SceneBuilder) -> None:
    look = b.materials.metal()
    radius = float(b.rng.uniform(0.006, 0.012))
    x, y, heading = -0.25, float(b.rng.uniform(-0.1, 0.1)), 0.0
    for _ in range(5):
        heading = max(-1.2, min(1.2, heading + float(b.rng.normal(0, 0.7))))
        to_x, to_y = x + 0.11 * math.cos(heading), y + 0.11 * math.sin(heading)
        to_y = max(-0.28, min(0.28, to_y))
        b.capsule("cable", (x, y, radius), (to_x, to_y, radius), radius, "clutter", look)
        x, y = to_x, to_y


def _build_books(b: SceneBuilder) -> None:
    z = 0.0
    for _ in range(int(b.rng.integers(1, 6))):
        thick = float(b.rng.uniform(0.01, 0.06))
        turn = float(b.rng.normal(0, 0.4))
        look = b.materials.paint()
        size = (0.21, 0.28, thick)
        b.box("book", size, (0, 0, z + thick / 2), "clutter", look, yaw=turn)
        z += thick


def _build_ball(b: SceneBuilder) -> None:
    radius = float(b.rng.uniform(0.05, 0.18))
    look = b.materials.paint()
    b.ellipsoid("ball", (radius, radius, radius), (0, 0, radius), "clutter", look)


def _build_shoes(b: SceneBuilder) -> None:
    look = b.materials.fabric()
    for x in (-0.08, 0.08):
        turn = float(b.rng.normal(0, 0.3))
        b.ellipsoid("shoe", (0.05, 0.14, 0.04), (x, 0, 0.04), "clutter", look, yaw=turn)
        b.ellipsoid("shoe_heel", (0.045, 0.06, 0.05), (x, -0.06, 0.06), "clutter", look)


def _build_suitcase(b: SceneBuilder) -> None:
    tall = float(b.rng.uniform(0.5, 0.7))
    look, metal = b.materials.paint(), b.materials.metal()
    b.box("suitcase", (0.42, 0.25, tall), (0, 0, 0.05 + tall / 2), "clutter", look)
    for x in (-0.16, 0.16):
        for y in (-0.09, 0.09):
            b.ellipsoid("suitcase_wheel", (0.025, 0.025, 0.025), (x, y, 0.025), "clutter", metal)
        b.cylinder(
            "suitcase_grip", (x / 2, 0, tall), (x / 2, 0, tall + 0.3), 0.01, "clutter", metal
        )
    bar = (-0.08, 0, tall + 0.3), (0.08, 0, tall + 0.3)
    b.capsule("suitcase_bar", *bar, 0.014, "clutter", metal)


def _build_plant(b: SceneBuilder) -> None:
    rng = b.rng
    pot, radius = float(rng.uniform(0.15, 0.45)), float(rng.uniform(0.1, 0.2))
    b.cylinder("pot", (0, 0, 0), (0, 0, pot), radius, "clutter", b.materials.paint())
    green = random_colour(rng, (0.2, 0.4), (0.3, 0.8), (0.15, 0.6))
    leaf = b.materials.tinted("leaves", green)
    stem = b.materials.plain(green * 0.6)
    tall = float(rng.uniform(0.2, 1.0))
    for _ in range(int(rng.integers(4, 11))):
        angle, out = float(rng.uniform(0, 6.28)), float(rng.uniform(0.02, 0.22))
        z = pot + tall * float(rng.uniform(0.3, 1.0))
        tip = (out * math.cos(angle), out * math.sin(angle), z)
        b.capsule("stem", (0, 0, pot), tip, 0.008, "clutter", stem)
        spread = tuple(float(v) for v in rng.uniform(0.04, 0.13, 3))
        leaf_at = (spread[0], spread[1] * 0.5, spread[2])
        b.ellipsoid("leaf", leaf_at, tip, "clutter", leaf, yaw=angle)


def _build_cloth(b: SceneBuilder) -> None:
    """Add a heap of clothes, a towel or a cushion."""
    look = b.materials.fabric()
    for _ in range(int(b.rng.integers(1, 4))):
        x, y = (float(v) for v in b.rng.uniform(-0.1, 0.1, 2))
        wide, deep = (float(v) for v in b.rng.uniform(0.1, 0.2, 2))
        tall = float(b.rng.uniform(0.02, 0.08))
        turn = float(b.rng.uniform(0, 3))
        b.ellipsoid("cloth", (wide, deep, tall), (x, y, tall), "clutter", look, yaw=turn)


def _build_toys(b: SceneBuilder) -> None:
    for _ in range(int(b.rng.integers(3, 8))):
        x, y = (float(v) for v in b.rng.uniform(-0.2, 0.2, 2))
        edge = float(b.rng.uniform(0.03, 0.09))
        hue = random_colour(b.rng, (0, 1), (0.5, 1), (0.4, 1))
        turn = float(b.rng.uniform(0, 3))
        size, look = (edge, edge, edge), b.materials.plain(hue)
        b.box("toy", size, (x, y, edge / 2), "clutter", look, yaw=turn)


def _build_pet(b: SceneBuilder) -> None:
    """Add a cat or a small dog."""
    fur = b.materials.tinted("rough", random_colour(b.rng, (0.03, 0.1), (0, 0.6), (0.05, 0.9)))
    scale = float(b.rng.uniform(0.7, 1.3))
    hip = 0.2 * scale
    b.ellipsoid("pet_body", (0.08 * scale, 0.2 * scale, 0.09 * scale), (0, 0, hip), "clutter", fur)
    head = (0, 0.2 * scale, hip + 0.1 * scale)
    b.ellipsoid("pet_head", (0.06 * scale,) * 3, head, "clutter", fur)
    for x in (-0.05 * scale, 0.05 * scale):
        for y in (-0.12 * scale, 0.12 * scale):
            b.capsule("pet_leg", (x, y, 0.02), (x, y, hip), 0.02 * scale, "clutter", fur)
    tail = (0, -0.18 * scale, hip), (0, -0.26 * scale, hip + 0.12 * scale)
    b.capsule("pet_tail", *tail, 0.015 * scale, "clutter", fur)


# Builders, and the edge in metres of the square that each one needs. Plants and clothes are twice
# as likely as the others.
KINDS: list[tuple[Callable[[SceneBuilder], None], float]] = [
    (_build_boxes, 0.55),
    (_build_bin, 0.4),
    (_build_bag, 0.4),
    (_build_bottle, 0.4),
    (_build_cable, 0.6),
    (_build_books, 0.4),
    (_build_ball, 0.4),
    (_build_shoes, 0.4),
    (_build_plant, 0.5),
    (_build_plant, 0.5),
    (_build_suitcase, 0.5),
    (_build_cloth, 0.5),
    (_build_cloth, 0.5),
    (_build_toys, 0.5),
    (_build_pet, 0.65),
]
