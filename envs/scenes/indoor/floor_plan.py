"""Floor plans: rooms, their walls and the openings between them."""

from __future__ import annotations

import dataclasses
import math

# Each room has its own lining; two linings make a wall.
WALL_M = 0.06
# The sides of a room: "x-" is at its smallest x, and so on.
SIDES = ("x-", "x+", "y-", "y+")
FACING = {"x-": 0.0, "x+": math.pi, "y-": math.pi / 2, "y+": -math.pi / 2}


@dataclasses.dataclass(frozen=True)
class Opening:
    """A gap in one side of a room.

    Attributes:
        side: One of ``SIDES``.
        start: Start along the side, m in the world.
        end: End along the side, m in the world.
        height_m: Height of the gap.
    """

    side: str
    start: float
    end: float
    height_m: float


@dataclasses.dataclass(frozen=True)
class Doorway:
    """A gap between two rooms.

    Attributes:
        x: Centre, m.
        y: Centre, m.
        along: Axis ("x" or "y") that the gap spans.
        width_m: Clear width.
        height_m: Clear height.
        has_leaf: Whether there is a door in it.
    """

    x: float
    y: float
    along: str
    width_m: float
    height_m: float
    has_leaf: bool


@dataclasses.dataclass
class Room:
    """A rectangular room from (x0, y0) to (x1, y1), in metres, its use and its openings."""

    x0: float
    y0: float
    x1: float
    y1: float
    kind: str
    openings: list[Opening] = dataclasses.field(default_factory=list)

    @property
    def area_m2(self) -> float:
        """The floor area."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    @property
    def walls(self) -> list[RoomWall]:
        """The four walls, in the order of ``SIDES``."""
        return [RoomWall(self, side) for side in SIDES]


@dataclasses.dataclass(frozen=True)
class RoomWall:
    """One wall of a room, seen from inside."""

    room: Room
    side: str

    @property
    def facing(self) -> float:
        """The yaw of the direction into the room."""
        return FACING[self.side]

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the wall along it, m in the world."""
        room = self.room
        return (room.y0, room.y1) if self.side[0] == "x" else (room.x0, room.x1)

    @property
    def openings(self) -> list[Opening]:
        """The openings in the wall, in order along it."""
        mine = (o for o in self.room.openings if o.side == self.side)
        return sorted(mine, key=lambda o: o.start)

    def point(self, along: float, out: float) -> tuple[float, float]:
        """Return (x, y) at the world coordinate ``along`` the wall, ``out`` m into the room."""
        room = self.room
        if self.side[0] == "x":
            return (room.x0 + out if self.side == "x-" else room.x1 - out), along
        return along, (room.y0 + out if self.side == "y-" else room.y1 - out)


@dataclasses.dataclass(frozen=True)
class FloorPlan:
    """Rooms that fill a rectangle with a corner at the origin.

    Attributes:
        width_m: Extent along x.
        depth_m: Extent along y.
        rooms: The rooms; the first one is the corridor or hall.
        doorways: The gaps between them.
    """

    width_m: float
    depth_m: float
    rooms: list[Room]
    doorways: list[Doorway]

    def is_outer(self, wall: RoomWall) -> bool:
        """Return whether a wall of a room faces outdoors."""
        room = wall.room
        edge = {"x-": room.x0, "x+": room.x1 - self.width_m}
        edge |= {"y-": room.y0, "y+": room.y1 - self.depth_m}
        return abs(edge[wall.side]) < 1e-6
