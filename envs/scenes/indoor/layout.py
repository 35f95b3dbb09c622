"""Floor plans: a corridor or hall with rooms along it, and doorways between them."""

from __future__ import annotations

import dataclasses

from drive2walk.envs.scenes.appearance.textures import Generator

WALL_M = 0.06  # each room has its own lining; two make a wall
SIDES = ("x-", "x+", "y-", "y+")


@dataclasses.dataclass(frozen=True)
class Opening:
    """A gap in one side of a room, from ``start`` to ``end`` along it, ``height_m`` high."""

    side: str
    start: float
    end: float
    height_m: float


@dataclasses.dataclass(frozen=True)
class Doorway:
    """A gap between two rooms: its centre, clear width, height, whether it has a leaf.

    ``along`` is the axis ("x" or "y") that the gap spans.
    """

    x: float
    y: float
    along: str
    width_m: float
    height_m: float
    has_leaf: bool


@dataclasses.dataclass
class Room:
    """A rectangle x0..x1, y0..y1 in metres, what it is used for, and its openings."""

    x0: float
    y0: float
    x1: float
    y1: float
    kind: str
    openings: list[Opening] = dataclasses.field(default_factory=list)

    @property
    def area_m2(self) -> float:
        """The floor area in square metres."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def contains(self, x: float, y: float) -> bool:
        """Tell whether the point lies in the room."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclasses.dataclass(frozen=True)
class FloorPlan:
    """Rooms that fill a rectangle with a corner at the origin; ``outer`` sides face outdoors."""

    width_m: float
    depth_m: float
    rooms: list[Room]
    doorways: list[Doorway]

    def is_outer(self, room: Room, side: str) -> bool:
        """Tell whether this side of the room is an outside wall."""
        edge = {"x-": room.x0, "x+": room.x1 - self.width_m}
        edge |= {"y-": room.y0, "y+": room.y1 - self.depth_m}
        return abs(edge[side]) < 1e-6


def draw_plan(rng: Generator) -> FloorPlan:
    """Draw a plan of 8-14 m by 8-14 m; every room opens to the corridor or hall."""
    length = float(rng.uniform(8.5, 13.5))
    is_hall = rng.random() < 0.45
    hub_depth = float(rng.uniform(3.4, 6.0) if is_hall else rng.uniform(1.85, 2.6))
    lower = float(rng.uniform(2.8, 4.2))
    upper = float(rng.uniform(2.8, 3.8)) if hub_depth + lower < 8.0 or rng.random() < 0.4 else 0.0
    lower = max(lower, 8.0 - hub_depth - upper)
    hub = Room(0, lower, length, lower + hub_depth, "hall" if is_hall else "corridor")
    plan = FloorPlan(length, lower + hub_depth + upper, [hub], [])
    _strip(plan, rng, 0.0, lower, hub.y0)
    if upper:
        _strip(plan, rng, hub.y1, hub.y1 + upper, hub.y1)
    return _transposed(plan) if rng.random() < 0.5 else plan


def _strip(plan: FloorPlan, rng: Generator, y0: float, y1: float, hub_y: float) -> None:
    """Fill the strip y0..y1 with rooms side by side, each with a door at ``hub_y``."""
    x, previous = 0.0, None
    while plan.width_m - x > 1e-6:
        step = float(rng.uniform(2.9, 6.0))
        end = plan.width_m if plan.width_m - x - step < 2.9 else x + step
        kinds = ["office", "office", "meeting", "living", "kitchen", "bedroom", "storage"]
        room = Room(x, y0, end, y1, str(rng.choice(kinds)))
        plan.rooms.append(room)
        _connect(plan, rng, room, plan.rooms[0], ("x", x, end, hub_y))
        if previous is not None and rng.random() < 0.3:
            _connect(plan, rng, previous, room, ("y", y0, y1, x))
        x, previous = end, room


def _connect(
    plan: FloorPlan, rng: Generator, one: Room, other: Room, wall: tuple[str, float, float, float]
) -> None:
    """Put a doorway somewhere into the wall (axis, from, to, where) between two rooms."""
    along, low, high, where = wall
    is_wide = rng.random() < 0.18
    width = float(rng.uniform(1.5, 2.0) if is_wide else rng.uniform(1.05, 1.3))
    margin = width / 2 + 0.35
    middle = float(rng.uniform(low + margin, high - margin))
    height = float(rng.uniform(2.0, 2.25))
    has_leaf = not is_wide and rng.random() < 0.65
    x, y = (middle, where) if along == "x" else (where, middle)
    plan.doorways.append(Doorway(x, y, along, width, height, has_leaf))
    across = "y" if along == "x" else "x"
    for room in (one, other):
        edge = room.y1 if along == "x" else room.x1
        side = f"{across}{'+' if abs(edge - where) < 1e-6 else '-'}"
        opening = Opening(side, middle - width / 2, middle + width / 2, height)
        room.openings.append(opening)


def _transposed(plan: FloorPlan) -> FloorPlan:
    """Swap x and y."""
    swap = {"x-": "y-", "x+": "y+", "y-": "x-", "y+": "x+"}
    rooms = [
        Room(
            room.y0,
            room.x0,
            room.y1,
            room.x1,
            room.kind,
            [dataclasses.replace(o, side=swap[o.side]) for o in room.openings],
        )
        for room in plan.rooms
    ]
    doorways = [
        dataclasses.replace(d, x=d.y, y=d.x, along="y" if d.along == "x" else "x")
        for d in plan.doorways
    ]
    return FloorPlan(plan.depth_m, plan.width_m, rooms, doorways)
