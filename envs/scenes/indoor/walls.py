"""Walls, ceilings and what hangs on them: windows, pictures, curtains, radiators, lamps."""

from __future__ import annotations

import dataclasses
import math

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.pictures import outdoor_view, poster, screen
from drive2walk.envs.scenes.appearance.textures import random_colour
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.indoor.layout import WALL_M, FloorPlan, Opening, Room

FACING = {"x-": 0.0, "x+": math.pi, "y-": math.pi / 2, "y+": -math.pi / 2}


@dataclasses.dataclass(frozen=True)
class Finish:
    """How a room's walls look: the wall, its lower edge, whether it has a skirting board."""

    wall: Look
    skirting: Look
    skirting_m: float


def build_walls(
    b: SceneBuilder, plan: FloorPlan, room: Room, height: float, finish: Finish
) -> None:
    """Add the four walls of a room with their openings, skirting boards and fittings."""
    for side in ("x-", "x+", "y-", "y+"):
        openings = sorted((o for o in room.openings if o.side == side), key=lambda o: o.start)
        low, high = (room.y0, room.y1) if side[0] == "x" else (room.x0, room.x1)
        start = low
        for opening in openings:
            _wall_piece(b, room, side, (start, opening.start), height, finish)
            _header(b, room, side, opening, height, finish)
            start = opening.end
        _wall_piece(b, room, side, (start, high), height, finish)
        if plan.is_outer(room, side):
            _windows(b, room, side, (low, high), height)
        elif not openings:
            _fittings(b, room, side, (low, high))


def wall_point(room: Room, side: str, along: float, out: float) -> tuple[float, float]:
    """Return the point at ``along`` (world x or y) of a side, ``out`` metres into the room."""
    if side[0] == "x":
        return (room.x0 + out if side == "x-" else room.x1 - out), along
    return along, (room.y0 + out if side == "y-" else room.y1 - out)


def _wall_piece(
    b: SceneBuilder,
    room: Room,
    side: str,
    span: tuple[float, float],
    height: float,
    finish: Finish,
) -> None:
    length, middle = span[1] - span[0], (span[0] + span[1]) / 2
    if length < 0.01:
        return
    x, y = wall_point(room, side, middle, WALL_M / 2)
    size = (length, height, WALL_M)
    b.panel("wall", size, (x, y, height / 2), FACING[side], "wall", finish.wall)
    if finish.skirting_m:
        x, y = wall_point(room, side, middle, WALL_M + 0.005)
        board = (length, finish.skirting_m, 0.012)
        centre = (x, y, finish.skirting_m / 2)
        b.panel("skirting", board, centre, FACING[side], "wall", finish.skirting)


def _header(
    b: SceneBuilder, room: Room, side: str, opening: Opening, height: float, finish: Finish
) -> None:
    x, y = wall_point(room, side, (opening.start + opening.end) / 2, WALL_M / 2)
    tall = height - opening.height_m
    size = (opening.end - opening.start, tall, WALL_M)
    centre = (x, y, opening.height_m + tall / 2)
    b.panel("wall_header", size, centre, FACING[side], "wall", finish.wall)


def _windows(
    b: SceneBuilder, room: Room, side: str, span: tuple[float, float], height: float
) -> None:
    rng, along = b.rng, span[0] + 0.4
    while True:
        width = float(rng.uniform(0.8, 2.2))
        if along + width > span[1] - 0.4:
            return
        if rng.random() < 0.75:
            sill = float(rng.choice([0.1, 0.85, 0.95, 1.1]))
            tall = min(height - 0.25, 2.3) - sill
            _window(b, room, side, along + width / 2, (width, tall), sill)
        along += width + float(rng.uniform(0.3, 1.2))


def _window(
    b: SceneBuilder,
    room: Room,
    side: str,
    along: float,
    size: tuple[float, float],
    sill: float,
) -> None:
    rng, (width, tall) = b.rng, size
    view = f"view_{int(rng.integers(2))}"
    glass = b.materials.stretched(view, outdoor_view(rng), emission=0.7)
    x, y = wall_point(room, side, along, WALL_M + 0.004)
    facing = FACING[side]
    b.panel("window", (width, tall, 0.02), (x, y, sill + tall / 2), facing, "wall", glass)
    if sill > 0.5:
        x, y = wall_point(room, side, along, WALL_M + 0.06)
        board = (width + 0.1, 0.03, 0.14)
        white = b.materials.plain(random_colour(rng, saturation=(0, 0.1), value=(0.6, 1)))
        b.panel("window_sill", board, (x, y, sill - 0.015), facing, "wall", white)
        if rng.random() < 0.5:
            _radiator(b, room, side, along, min(width, 1.4), sill)
    style = rng.integers(4)
    cloth = b.materials.fabric()
    if style == 0:
        for end in (-1, 1):
            x, y = wall_point(room, side, along + end * (width / 2 + 0.1), WALL_M + 0.07)
            curtain = (0.35, sill + tall, 0.09)
            b.panel("curtain", curtain, (x, y, (sill + tall) / 2 + 0.03), facing, "wall", cloth)
    elif style == 1:
        drop = tall * float(rng.uniform(0.15, 0.9))
        x, y = wall_point(room, side, along, WALL_M + 0.03)
        centre = (x, y, sill + tall - drop / 2)
        b.panel("blind", (width, drop, 0.02), centre, facing, "wall", cloth)


def _radiator(
    b: SceneBuilder, room: Room, side: str, along: float, width: float, sill: float
) -> None:
    white = b.materials.plain(random_colour(b.rng, saturation=(0, 0.06), value=(0.75, 1)))
    tall = sill - 0.3
    x, y = wall_point(room, side, along, WALL_M + 0.06)
    size = (width, tall, 0.07)
    b.panel("radiator", size, (x, y, 0.12 + tall / 2), FACING[side], "wall", white)


def _fittings(b: SceneBuilder, room: Room, side: str, span: tuple[float, float]) -> None:
    """Hang pictures, whiteboards, clocks and sockets on an inner wall, or put a shut door in."""
    rng, facing = b.rng, FACING[side]
    if rng.random() < 0.15:
        _shut_door(b, room, side, span)
        return
    for _ in range(int(rng.integers(0, 4))):
        width, tall = float(rng.uniform(0.3, 1.6)), float(rng.uniform(0.3, 1.0))
        if span[1] - span[0] < width + 0.6:
            continue
        along = float(rng.uniform(span[0] + 0.3 + width / 2, span[1] - 0.3 - width / 2))
        image = poster(rng) if rng.random() < 0.7 else screen(rng)
        look = b.materials.stretched(f"picture_{int(rng.integers(6))}", image)
        x, y = wall_point(room, side, along, WALL_M + 0.005 + 0.01 * float(rng.random()))
        z = float(rng.uniform(1.35, 1.8))
        b.panel("picture", (width, tall, 0.025), (x, y, z), facing, "wall", look)


def _shut_door(b: SceneBuilder, room: Room, side: str, span: tuple[float, float]) -> None:
    """Put a door that is shut into an inner wall."""
    rng, width, tall = b.rng, 0.9, float(b.rng.uniform(1.98, 2.15))
    if span[1] - span[0] < width + 0.8:
        return
    along = float(rng.uniform(span[0] + 0.4 + width / 2, span[1] - 0.4 - width / 2))
    facing, look, frame = FACING[side], b.materials.board(), b.materials.board()
    x, y = wall_point(room, side, along, WALL_M + 0.005)
    size = (width + 0.14, tall + 0.07, 0.03)
    b.panel("door_frame", size, (x, y, size[1] / 2), facing, "door", frame)
    x, y = wall_point(room, side, along, WALL_M + 0.012)
    b.panel("door_leaf", (width, tall, 0.03), (x, y, tall / 2), facing, "door", look)
    x, y = wall_point(room, side, along + 0.36, WALL_M + 0.07)
    knob = (0.03, 0.03, 0.03)
    b.ellipsoid("door_handle", knob, (x, y, 1.03), "door", b.materials.metal())


def build_ceiling(b: SceneBuilder, room: Room, height: float, look: Look) -> None:
    """Add a room's ceiling and its lamps (both in the ceiling group)."""
    rng = b.rng
    size = (room.x1 - room.x0, room.y1 - room.y0, 0.05)
    x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
    b.slab("ceiling", size, (x, y, height + 0.025), "ceiling", look)
    warm = random_colour(rng, (0.08, 0.16), (0, 0.25), (0.9, 1))
    lamp = b.materials.plain(warm, emission=1.0)
    style, pitch = rng.integers(4), float(rng.uniform(1.6, 2.6))
    if style == 3:
        _pendant(b, room, height, lamp)
        return
    nx, ny = max(1, round(size[0] / pitch)), max(1, round(size[1] / pitch))
    panel = [(0.6, 0.6, 0.03), (1.2, 0.15, 0.05), (0.22, 0.22, 0.08)][style]
    for i in range(nx):
        for j in range(ny):
            lx = room.x0 + size[0] * (i + 0.5) / nx
            ly = room.y0 + size[1] * (j + 0.5) / ny
            b.slab("ceiling_lamp", panel, (lx, ly, height - panel[2] / 2), "ceiling", lamp)


def _pendant(b: SceneBuilder, room: Room, height: float, lamp: Look) -> None:
    """Hang one lamp in the middle of the room; its shade is higher than a robot's head."""
    x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
    low, edge = max(1.9, height - 0.7), float(b.rng.uniform(0.25, 0.5))
    cord = (0.02, 0.02, height - low)
    b.slab("lamp_cord", cord, (x, y, (height + low) / 2), "ceiling", b.materials.metal())
    b.slab("lamp_shade", (edge, edge, 0.2), (x, y, low), "ceiling", lamp)
