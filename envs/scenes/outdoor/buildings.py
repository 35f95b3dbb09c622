"""Houses along a street."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.appearance.pictures import facade, outdoor_view, screen
from drive2walk.envs.scenes.appearance.wall_textures import WALL_TEXTURES
from drive2walk.envs.scenes.builder import SceneBuilder

DEPTH_M = 9.0
PITCH_RAD = 0.6
FRONT = math.pi / 2


def build_house(b: SceneBuilder, width: float, name: str) -> None:
    """Add a house whose front is at y = 0 and faces +y.

    Args:
        b: Builder of the scene.
        width: Width of the front along x, m.
        name: Suffix of the front's material name.
    """
    rng = b.rng
    floors = int(rng.integers(2, 6))
    storey = float(rng.uniform(2.8, 3.6))
    tall = floors * storey
    kind = str(rng.choice(["bricks", "plaster", "concrete"], p=[0.5, 0.3, 0.2]))
    hue, saturation = ((0.0, 0.09), (0.15, 0.65)) if kind == "bricks" else ((0, 1), (0, 0.3))
    colour = random_colour(rng, hue, saturation, (0.3, 0.95))
    wall = WALL_TEXTURES[kind](rng, colour, 96)
    bays = max(1, round(width / float(rng.uniform(2.0, 3.5))))
    front = b.materials.stretched(f"front_{name}", facade(rng, wall, floors, bays))
    side = b.materials.tinted("rough", colour)
    b.panel("house_front", (width, tall, 0.2), (0, -0.1, tall / 2), FRONT, "building", front)
    body = (width, DEPTH_M, tall)
    b.box("house", body, (0, -DEPTH_M / 2 - 0.2, tall / 2), "building", side)
    _add_roof(b, width, tall)
    _add_ground_floor(b, width, storey)


def _add_roof(b: SceneBuilder, width: float, tall: float) -> None:
    tile = b.materials.tinted("rough", random_colour(b.rng, (0, 0.1), (0, 0.6), (0.15, 0.5)))
    if b.rng.random() < 0.5:
        half = DEPTH_M / 2 + 0.3
        slope = (width + 0.3, half / math.cos(PITCH_RAD) + 0.5, 0.15)
        ridge = -DEPTH_M / 2 - 0.2
        rise = half * math.tan(PITCH_RAD) / 2
        for end in (-1, 1):
            centre = (0.0, ridge + end * half / 2, tall + rise)
            b.box("roof", slope, centre, "building", tile, tilt=-end * PITCH_RAD)
        chimney = (0.8, 0.8, 2.0)
        b.box("chimney", chimney, (width * 0.3, -4, tall + 3.2), "building", tile)
        return
    cornice = (width + 0.1, 0.5, 0.3)
    b.box("cornice", cornice, (0, -0.05, tall + 0.1), "building", tile)


def _add_ground_floor(b: SceneBuilder, width: float, storey: float) -> None:
    """Add a house door, and perhaps a shop front with an awning."""
    rng = b.rng
    wood = b.materials.plain(random_colour(rng, (0, 1), (0.1, 0.8), (0.1, 0.8)))
    x = float(rng.uniform(-0.35, 0.35)) * width
    if rng.random() < 0.35:
        glass = b.materials.stretched(f"shop_{int(rng.integers(3))}", outdoor_view(rng))
        shop = (width * 0.85, storey * 0.72, 0.06)
        b.panel("shop_window", shop, (0, 0.02, storey * 0.42), FRONT, "building", glass)
        text = b.materials.stretched(f"text_{int(rng.integers(3))}", screen(rng))
        board = (width * 0.9, 0.6, 0.1)
        b.panel("shop_board", board, (0, 0.05, storey * 0.9), FRONT, "building", text)
        if rng.random() < 0.5:
            cloth = b.materials.fabric()
            awning = (width * 0.8, 1.3, 0.06)
            centre = (0.0, 0.6, storey * 0.78 + 0.1)
            b.box("awning", awning, centre, "building", cloth, tilt=-0.35)
    step = (1.3, 0.3, 0.12)
    stone = b.materials.plain(np.full(3, float(rng.uniform(0.4, 0.8))))
    b.box("door_step", step, (x, 0.15, 0.06), "building", stone)
    b.panel("house_door", (1.0, 2.1, 0.1), (x, 0.04, 1.15), FRONT, "building", wood)
