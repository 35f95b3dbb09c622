"""Windows in outer walls, with sills, radiators, curtains and blinds."""

from __future__ import annotations

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.appearance.pictures import outdoor_view
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.indoor.floor_plan import WALL_M, RoomWall


def add_windows(b: SceneBuilder, wall: RoomWall, height: float) -> None:
    """Add windows side by side to a wall of ``height`` metres."""
    rng, (start, end) = b.rng, wall.span
    along = start + 0.4
    while True:
        width = float(rng.uniform(0.8, 2.2))
        if along + width > end - 0.4:
            return
        if rng.random() < 0.75:
            sill = float(rng.choice([0.1, 0.85, 0.95, 1.1]))
            tall = min(height - 0.25, 2.3) - sill
            _add_window(b, wall, along + width / 2, (width, tall), sill)
        along += width + float(rng.uniform(0.3, 1.2))


def _add_window(
    b: SceneBuilder, wall: RoomWall, along: float, size: tuple[float, float], sill: float
) -> None:
    """Add a window of ``size`` (width, height) at the height ``sill``."""
    rng, (width, tall) = b.rng, size
    view = f"view_{int(rng.integers(2))}"
    glass = b.materials.stretched(view, outdoor_view(rng), emission=0.7)
    x, y = wall.point(along, WALL_M + 0.004)
    b.panel("window", (width, tall, 0.02), (x, y, sill + tall / 2), wall.facing, "wall", glass)
    if sill > 0.5:
        x, y = wall.point(along, WALL_M + 0.06)
        board = (width + 0.1, 0.03, 0.14)
        white = b.materials.plain(random_colour(rng, saturation=(0, 0.1), value=(0.6, 1)))
        b.panel("window_sill", board, (x, y, sill - 0.015), wall.facing, "wall", white)
        if rng.random() < 0.5:
            _add_radiator(b, wall, along, min(width, 1.4), sill)
    _add_cover(b, wall, along, size, sill)


def _add_cover(
    b: SceneBuilder, wall: RoomWall, along: float, size: tuple[float, float], sill: float
) -> None:
    """Add curtains, a blind or neither."""
    rng, (width, tall) = b.rng, size
    style = rng.integers(4)
    cloth = b.materials.fabric()
    if style == 0:
        for end in (-1, 1):
            x, y = wall.point(along + end * (width / 2 + 0.1), WALL_M + 0.07)
            curtain = (0.35, sill + tall, 0.09)
            centre = (x, y, (sill + tall) / 2 + 0.03)
            b.panel("curtain", curtain, centre, wall.facing, "wall", cloth)
    elif style == 1:
        drop = tall * float(rng.uniform(0.15, 0.9))
        x, y = wall.point(along, WALL_M + 0.03)
        centre = (x, y, sill + tall - drop / 2)
        b.panel("blind", (width, drop, 0.02), centre, wall.facing, "wall", cloth)


def _add_radiator(b: SceneBuilder, wall: RoomWall, along: float, width: float, sill: float) -> None:
    white = b.materials.plain(random_colour(b.rng, saturation=(0, 0.06), value=(0.75, 1)))
    tall = sill - 0.3
    x, y = wall.point(along, WALL_M + 0.06)
    size = (width, tall, 0.07)
    b.panel("radiator", size, (x, y, 0.12 + tall / 2), wall.facing, "wall", white)
