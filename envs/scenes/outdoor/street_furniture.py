"""Street furniture: lamp posts, signs, traffic lights, bollards and fences."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.pictures import poster
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item


def lamp_post(rng: Generator) -> Item:
    """Return a lamp post whose arm extends over the road, towards +y."""
    return Item(0.3, 0.3, _build_lamp_post)


def sign(rng: Generator) -> Item:
    """Return a traffic sign on a pole, facing +x or -x."""
    return Item(0.4, 0.4, _build_sign)


def traffic_light(rng: Generator) -> Item:
    """Return a traffic light, facing along x."""
    return Item(0.4, 0.4, _build_traffic_light)


def bollard(rng: Generator) -> Item:
    """Return a bollard or a parking meter."""
    return Item(0.3, 0.3, _build_bollard)


def fence(length: float) -> Item:
    """Return a fence of railings or boards, ``length`` metres along x."""
    return Item(length, 0.15, lambda b: _build_fence(b, length))


def _add_pole(b: SceneBuilder, height: float, radius: float) -> None:
    look = b.materials.plain(random_colour(b.rng, (0.3, 0.65), (0, 0.3), (0.1, 0.75)))
    b.cylinder("pole", (0, 0, 0), (0, 0, height), radius, "pole", look)


def _build_lamp_post(b: SceneBuilder) -> None:
    height, reach = float(b.rng.uniform(4.5, 8.5)), float(b.rng.choice([0.0, 1.0, 1.8]))
    _add_pole(b, height, float(b.rng.uniform(0.05, 0.1)))
    grey = b.materials.metal()
    if reach:
        b.capsule("pole_arm", (0, 0, height), (0, reach, height + 0.3), 0.04, "pole", grey)
    head = (0, reach, height + (0.3 if reach else 0.1))
    b.ellipsoid("pole_lamp", (0.14, 0.3, 0.08), head, "pole", grey)


def _build_sign(b: SceneBuilder) -> None:
    rng = b.rng
    height = float(rng.uniform(2.1, 3.2))
    _add_pole(b, height, 0.035)
    facing = float(rng.choice([0.0, math.pi])) + float(rng.normal(0, 0.15))
    hue = float(rng.choice([0.0, 0.6, 0.14, 0.36]))
    colour = b.materials.plain(random_colour(rng, (hue, hue + 0.02), (0.6, 1), (0.5, 0.95)))
    white = b.materials.plain(np.full(3, 0.93))
    z, size = height - 0.3, float(rng.uniform(0.25, 0.4))
    cos, sin = math.cos(facing), math.sin(facing)
    if rng.random() < 0.5:
        for radius, out, look in ((size, 0.06, colour), (size * 0.72, 0.075, white)):
            start, end = (0.03 * cos, 0.03 * sin, z), (out * cos, out * sin, z)
            b.cylinder("sign", start, end, radius, "sign", look)
        return
    name = f"sign_{int(rng.integers(3))}"
    face = b.materials.stretched(name, poster(rng)) if rng.random() < 0.5 else colour
    board = (size * 2, size * float(rng.uniform(1, 2.6)), 0.03)
    b.panel("sign", board, (0.06 * cos, 0.06 * sin, z), facing, "sign", face)


def _build_traffic_light(b: SceneBuilder) -> None:
    _add_pole(b, 3.2, 0.05)
    facing = float(b.rng.choice([-1.0, 1.0]))
    black = b.materials.plain(np.full(3, 0.06))
    b.box("traffic_light", (0.22, 0.32, 0.95), (facing * 0.12, 0, 2.8), "sign", black)
    lit = int(b.rng.integers(3))
    for k, hue in enumerate((0.0, 0.11, 0.38)):
        value = (0.9, 1.0) if k == lit else (0.1, 0.25)
        colour = random_colour(b.rng, (hue, hue + 0.01), (0.8, 1), value)
        lamp = b.materials.plain(colour, emission=0.8 if k == lit else 0.0)
        centre = (facing * 0.23, 0.0, 3.1 - 0.3 * k)
        b.ellipsoid("traffic_light_lamp", (0.03, 0.1, 0.1), centre, "sign", lamp)


def _build_bollard(b: SceneBuilder) -> None:
    _add_pole(b, float(b.rng.uniform(0.7, 1.3)), float(b.rng.uniform(0.04, 0.09)))


def _build_fence(b: SceneBuilder, length: float) -> None:
    rng = b.rng
    tall, style = float(rng.uniform(0.7, 1.8)), rng.integers(3)
    look = b.materials.paint() if style == 0 else b.materials.wood()
    if style == 0:
        for z in (0.12, tall):
            bar = (-length / 2, 0, z), (length / 2, 0, z)
            b.cylinder("fence_rail", *bar, 0.02, "fence", look)
        step = max(0.15, length / 24)
        for k in range(int(length / step) + 1):
            x = -length / 2 + k * step
            b.cylinder("fence_bar", (x, 0, 0), (x, 0, tall), 0.012, "fence", look)
        return
    if style == 1:
        boards = b.materials.tinted("boards", random_colour(rng, (0.05, 0.1), (0.1, 0.6)))
        size = (length, tall, 0.05)
        b.panel("fence_boards", size, (0, 0, tall / 2), math.pi / 2, "fence", boards)
    for k in range(int(length / 2) + 1):
        x = -length / 2 + 2 * k
        b.box("fence_post", (0.09, 0.09, tall), (x, 0, tall / 2), "fence", look)
    if style == 2:
        for z in (0.3 * tall, 0.6 * tall, 0.92 * tall):
            b.box("fence_board", (length, 0.03, 0.12), (0, 0.05, z), "fence", look)
