"""The walls of rooms, with their openings, skirting boards and fittings."""

from __future__ import annotations

import dataclasses

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.indoor.fittings import add_fittings
from drive2walk.envs.scenes.indoor.floor_plan import WALL_M, FloorPlan, Opening, Room, RoomWall
from drive2walk.envs.scenes.indoor.windows import add_windows


@dataclasses.dataclass(frozen=True)
class Finish:
    """The finish of a room's walls.

    Attributes:
        wall: Look of the wall.
        skirting: Look of the skirting board.
        skirting_m: Height of the skirting board; 0 is none.
    """

    wall: Look
    skirting: Look
    skirting_m: float


def build_walls(
    b: SceneBuilder, plan: FloorPlan, room: Room, height: float, finish: Finish
) -> None:
    """Add the four walls of a room, of ``height`` metres."""
    for wall in room.walls:
        openings = wall.openings
        start, end = wall.span
        for opening in openings:
            _add_piece(b, wall, (start, opening.start), height, finish)
            _add_header(b, wall, opening, height, finish)
            start = opening.end
        _add_piece(b, wall, (start, end), height, finish)
        if plan.is_outer(wall):
            add_windows(b, wall, height)
        elif not openings:
            add_fittings(b, wall)


def _add_piece(
    b: SceneBuilder, wall: RoomWall, span: tuple[float, float], height: float, finish: Finish
) -> None:
    """Add the wall and its skirting board over ``span``."""
    length, middle = span[1] - span[0], (span[0] + span[1]) / 2
    if length < 0.01:
        return
    x, y = wall.point(middle, WALL_M / 2)
    size = (length, height, WALL_M)
    b.panel("wall", size, (x, y, height / 2), wall.facing, "wall", finish.wall)
    if finish.skirting_m:
        x, y = wall.point(middle, WALL_M + 0.005)
        board = (length, finish.skirting_m, 0.012)
        centre = (x, y, finish.skirting_m / 2)
        b.panel("skirting", board, centre, wall.facing, "wall", finish.skirting)


def _add_header(
    b: SceneBuilder, wall: RoomWall, opening: Opening, height: float, finish: Finish
) -> None:
    """Add the wall above an opening."""
    x, y = wall.point((opening.start + opening.end) / 2, WALL_M / 2)
    tall = height - opening.height_m
    size = (opening.end - opening.start, tall, WALL_M)
    centre = (x, y, opening.height_m + tall / 2)
    b.panel("wall_header", size, centre, wall.facing, "wall", finish.wall)
