"""Random floor plans: a corridor or hall with rooms along it, and doorways between them."""

from __future__ import annotations

import dataclasses

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.indoor.floor_plan import Doorway, FloorPlan, Opening, Room

ROOM_KINDS = ("office", "office", "meeting", "living", "kitchen", "bedroom", "storage")


def draw_plan(rng: Generator) -> FloorPlan:
    """Return a random plan of 8-14 m by 8-14 m; every room opens to the corridor or hall."""
    length = float(rng.uniform(8.5, 13.5))
    is_hall = rng.random() < 0.45
    hub_depth = float(rng.uniform(3.4, 6.0) if is_hall else rng.uniform(1.85, 2.6))
    lower = float(rng.uniform(2.8, 4.2))
    upper = float(rng.uniform(2.8, 3.8)) if hub_depth + lower < 8.0 or rng.random() < 0.4 else 0.0
    lower = max(lower, 8.0 - hub_depth - upper)
    hub = Room(0, lower, length, lower + hub_depth, "hall" if is_hall else "corridor")
    plan = FloorPlan(length, lower + hub_depth + upper, [hub], [])
    _draw_strip(plan, rng, 0.0, lower, hub.y0)
    if upper:
        _draw_strip(plan, rng, hub.y1, hub.y1 + upper, hub.y1)
    return _transpose(plan) if rng.random() < 0.5 else plan


def _draw_strip(plan: FloorPlan, rng: Generator, y0: float, y1: float, hub_y: float) -> None:
    """Fill the strip y0..y1 with rooms side by side, each with a door at ``hub_y``."""
    x, previous = 0.0, None
    while plan.width_m - x > 1e-6:
        step = float(rng.uniform(2.9, 6.0))
        end = plan.width_m if plan.width_m - x - step < 2.9 else x + step
        room = Room(x, y0, end, y1, str(rng.choice(ROOM_KINDS)))
        plan.rooms.append(room)
        _connect_rooms(plan, rng, (room, plan.rooms[0]), ("x", x, end, hub_y))
        if previous is not None and rng.random() < 0.3:
            _connect_rooms(plan, rng, (previous, room), ("y", y0, y1, x))
        x, previous = end, room


def _connect_rooms(
    plan: FloorPlan,
    rng: Generator,
    rooms: tuple[Room, Room],
    wall: tuple[str, float, float, float],
) -> None:
    """Put a doorway at a random place into the wall (axis, from, to, position) of two rooms."""
    along, low, high, position = wall
    is_wide = rng.random() < 0.18
    width = float(rng.uniform(1.5, 2.0) if is_wide else rng.uniform(1.05, 1.3))
    margin = width / 2 + 0.35
    middle = float(rng.uniform(low + margin, high - margin))
    height = float(rng.uniform(2.0, 2.25))
    has_leaf = not is_wide and rng.random() < 0.65
    x, y = (middle, position) if along == "x" else (position, middle)
    plan.doorways.append(Doorway(x, y, along, width, height, has_leaf))
    across = "y" if along == "x" else "x"
    for room in rooms:
        edge = room.y1 if along == "x" else room.x1
        side = f"{across}{'+' if abs(edge - position) < 1e-6 else '-'}"
        opening = Opening(side, middle - width / 2, middle + width / 2, height)
        room.openings.append(opening)


def _transpose(plan: FloorPlan) -> FloorPlan:
    """Return the plan with x and y exchanged."""
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
