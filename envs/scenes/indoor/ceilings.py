"""Ceilings and their lamps."""

from __future__ import annotations

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.indoor.floor_plan import Room


def build_ceiling(b: SceneBuilder, room: Room, height: float, look: Look) -> None:
    """Add a room's ceiling and lamps at ``height`` metres, all in the ceiling group."""
    rng = b.rng
    size = (room.x1 - room.x0, room.y1 - room.y0, 0.05)
    x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
    b.slab("ceiling", size, (x, y, height + 0.025), "ceiling", look)
    warm = random_colour(rng, (0.08, 0.16), (0, 0.25), (0.9, 1))
    lamp = b.materials.plain(warm, emission=1.0)
    style, pitch = rng.integers(4), float(rng.uniform(1.6, 2.6))
    if style == 3:
        _add_pendant(b, room, height, lamp)
        return
    nx, ny = max(1, round(size[0] / pitch)), max(1, round(size[1] / pitch))
    panel = [(0.6, 0.6, 0.03), (1.2, 0.15, 0.05), (0.22, 0.22, 0.08)][style]
    for i in range(nx):
        for j in range(ny):
            lx = room.x0 + size[0] * (i + 0.5) / nx
            ly = room.y0 + size[1] * (j + 0.5) / ny
            b.slab("ceiling_lamp", panel, (lx, ly, height - panel[2] / 2), "ceiling", lamp)


def _add_pendant(b: SceneBuilder, room: Room, height: float, lamp: Look) -> None:
    """Add one lamp that hangs in the middle of the room, above a robot's head."""
    x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
    low, edge = max(1.9, height - 0.7), float(b.rng.uniform(0.25, 0.5))
    cord = (0.02, 0.02, height - low)
    b.slab("lamp_cord", cord, (x, y, (height + low) / 2), "ceiling", b.materials.metal())
    b.slab("lamp_shade", (edge, edge, 0.2), (x, y, low), "ceiling", lamp)
