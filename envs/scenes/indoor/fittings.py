"""Pictures, whiteboards and shut doors on inner walls."""

from __future__ import annotations

from drive2walk.envs.scenes.appearance.pictures import poster, screen
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.indoor.floor_plan import WALL_M, RoomWall


def add_fittings(b: SceneBuilder, wall: RoomWall) -> None:
    """Add pictures and whiteboards to an inner wall, or a shut door."""
    rng, (start, end) = b.rng, wall.span
    if rng.random() < 0.15:
        _add_shut_door(b, wall)
        return
    for _ in range(int(rng.integers(0, 4))):
        width, tall = float(rng.uniform(0.3, 1.6)), float(rng.uniform(0.3, 1.0))
        if end - start < width + 0.6:
            continue
        along = float(rng.uniform(start + 0.3 + width / 2, end - 0.3 - width / 2))
        image = poster(rng) if rng.random() < 0.7 else screen(rng)
        look = b.materials.stretched(f"picture_{int(rng.integers(6))}", image)
        x, y = wall.point(along, WALL_M + 0.005 + 0.01 * float(rng.random()))
        z = float(rng.uniform(1.35, 1.8))
        b.panel("picture", (width, tall, 0.025), (x, y, z), wall.facing, "wall", look)


def _add_shut_door(b: SceneBuilder, wall: RoomWall) -> None:
    """Add a shut door at a random place, where the wall is long enough."""
    rng, width, tall = b.rng, 0.9, float(b.rng.uniform(1.98, 2.15))
    start, end = wall.span
    if end - start < width + 0.8:
        return
    along = float(rng.uniform(start + 0.4 + width / 2, end - 0.4 - width / 2))
    look, frame = b.materials.board(), b.materials.board()
    x, y = wall.point(along, WALL_M + 0.005)
    size = (width + 0.14, tall + 0.07, 0.03)
    b.panel("door_frame", size, (x, y, size[1] / 2), wall.facing, "door", frame)
    x, y = wall.point(along, WALL_M + 0.012)
    b.panel("door_leaf", (width, tall, 0.03), (x, y, tall / 2), wall.facing, "door", look)
    x, y = wall.point(along + 0.36, WALL_M + 0.07)
    knob = (0.03, 0.03, 0.03)
    b.ellipsoid("door_handle", knob, (x, y, 1.03), "door", b.materials.metal())
