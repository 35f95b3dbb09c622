"""Trees, bushes and hedges."""

from __future__ import annotations

import math

from drive2walk.envs.scenes.appearance.colours import Colour, Generator, random_colour
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item


def tree(rng: Generator) -> Item:
    """Return a tree: a trunk with a crown of a few leafy balls, or a conical fir."""
    return Item(0.6, 0.6, _build_tree)


def hedge(length: float) -> Item:
    """Return a clipped hedge, ``length`` metres along x."""
    return Item(length, 0.7, lambda b: _build_hedge(b, length))


def _random_green(rng: Generator) -> Colour:
    return random_colour(rng, (0.17, 0.36), (0.25, 0.75), (0.15, 0.55))


def _build_tree(b: SceneBuilder) -> None:
    rng = b.rng
    tall, radius = float(rng.uniform(3.5, 11)), float(rng.uniform(0.07, 0.28))
    bark = b.materials.tinted("rough", random_colour(rng, (0.05, 0.1), (0.1, 0.5), (0.12, 0.45)))
    leaf = b.materials.tinted("leaves", _random_green(rng))
    trunk = tall * float(rng.uniform(0.3, 0.55))
    b.cylinder("tree_trunk", (0, 0, -0.1), (0, 0, trunk + 0.3), radius, "tree", bark)
    if rng.random() < 0.2:
        for k in range(4):
            z, spread = trunk + (tall - trunk) * k / 4, 0.25 * tall * (1 - k / 5)
            cone = (spread, tall * 0.14, spread)
            b.tuft("tree_crown", cone, (0, 0, z), 0.8, "tree", leaf)
        return
    spread = tall * float(rng.uniform(0.16, 0.3))
    for number in range(int(rng.integers(3, 7))):
        angle, out = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0, 0.75)) * spread
        z = trunk + (tall - trunk) * float(rng.uniform(0.2, 0.85))
        ball = spread * float(rng.uniform(0.5, 0.95))
        centre = (out * math.cos(angle), out * math.sin(angle), z)
        if number < 2:
            b.capsule("tree_branch", (0, 0, trunk), centre, radius * 0.4, "tree", bark)
        size = (ball, ball * float(rng.uniform(0.6, 0.95)), ball * float(rng.uniform(0.7, 1.1)))
        b.tuft("tree_crown", size, centre, angle, "tree", leaf)


def _build_hedge(b: SceneBuilder, length: float) -> None:
    rng = b.rng
    tall, leaf = float(rng.uniform(0.6, 2.0)), b.materials.tinted("leaves", _random_green(rng))
    body = (length, tall, 0.6)
    b.panel("hedge", body, (0, 0, tall / 2), math.pi / 2, "tree", leaf)
    for _ in range(int(length / 0.9)):
        x = float(rng.uniform(-0.5, 0.5)) * length
        tuft = (0.5, float(rng.uniform(0.15, 0.4)), 0.38)
        z = tall * float(rng.uniform(0.4, 1.0))
        b.tuft("hedge_tuft", tuft, (x, 0, z), math.pi / 2, "tree", leaf)
