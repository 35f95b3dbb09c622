"""The furniture of each kind of room, set down at random."""

from __future__ import annotations

import math
from collections.abc import Callable

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.indoor.floor_plan import SIDES, WALL_M, Doorway, Room, RoomWall
from drive2walk.envs.scenes.items.clutter import clutter, plant
from drive2walk.envs.scenes.items.fixtures import coat_rack, floor_lamp, ladder, partition
from drive2walk.envs.scenes.items.goods import bin_on_floor, goods_rack, pallet, workbench
from drive2walk.envs.scenes.items.item import Item
from drive2walk.envs.scenes.items.people import person
from drive2walk.envs.scenes.items.seating import chair, sofa
from drive2walk.envs.scenes.items.storage import bed, cabinet, counter, fridge, shelf, television
from drive2walk.envs.scenes.items.tables import desk, dining_table, table
from drive2walk.envs.scenes.occupancy import Occupancy

Maker = Callable[[Generator], Item]
TRIES = 12

# Furniture at the walls and away from them for each kind of room: (maker, mean number in 10 m2).
AT_WALLS: dict[str, list[tuple[Maker, float]]] = {
    "office": [(desk, 2.2), (cabinet, 0.8), (shelf, 0.8), (plant, 0.4), (coat_rack, 0.3)],
    "meeting": [(cabinet, 0.6), (plant, 0.5), (television, 0.3), (coat_rack, 0.3)],
    "living": [
        (sofa, 1.0),
        (television, 0.6),
        (shelf, 0.8),
        (cabinet, 0.5),
        (plant, 0.8),
        (floor_lamp, 0.6),
    ],
    "kitchen": [(counter, 1.2), (fridge, 0.7), (cabinet, 0.5)],
    "bedroom": [
        (bed, 0.8),
        (cabinet, 1.0),
        (desk, 0.4),
        (shelf, 0.4),
        (table, 0.7),
        (floor_lamp, 0.5),
    ],
    "storage": [(shelf, 2.2), (cabinet, 1.0), (fridge, 0.4), (ladder, 0.4)],
    "corridor": [(cabinet, 0.25), (chair, 0.4), (plant, 0.4), (fridge, 0.15), (coat_rack, 0.3)],
    "warehouse": [(goods_rack, 0.9), (workbench, 0.2), (cabinet, 0.1), (ladder, 0.1)],
    "hall": [(desk, 0.5), (sofa, 0.4), (cabinet, 0.4), (shelf, 0.3), (plant, 0.5)],
}
FREE_STANDING: dict[str, list[tuple[Maker, float]]] = {
    "office": [(desk, 0.5), (chair, 0.5), (partition, 0.3)],
    "meeting": [(dining_table, 1.2), (chair, 0.4)],
    "living": [(table, 0.6), (chair, 0.6), (dining_table, 0.3), (sofa, 0.4)],
    "kitchen": [(dining_table, 0.7), (chair, 0.3)],
    "bedroom": [(chair, 0.5)],
    "storage": [],
    "corridor": [],
    "warehouse": [
        (goods_rack, 0.12),
        (pallet, 0.25),
        (workbench, 0.15),
        (bin_on_floor, 0.2),
    ],
    "hall": [
        (desk, 0.35),
        (dining_table, 0.35),
        (sofa, 0.2),
        (chair, 0.4),
        (table, 0.2),
        (partition, 0.15),
    ],
}


def reserve_doorways(taken: Occupancy, doorways: list[Doorway]) -> None:
    """Keep a metre on both sides of every doorway free."""
    for door in doorways:
        across, along = 2.1, door.width_m
        size = (along, across) if door.along == "x" else (across, along)
        taken.take(door.x, door.y, *size)


def furnish(b: SceneBuilder, room: Room, taken: Occupancy, density: float) -> None:
    """Add furniture to a room.

    Args:
        b: Builder of the scene.
        room: The room.
        taken: Ground on which the furniture is marked.
        density: Scale of the number of pieces; 1 is a usual office.
    """
    amount = density * room.area_m2 / 10
    for maker, rate in AT_WALLS[room.kind]:
        for _ in range(int(b.rng.poisson(rate * amount))):
            _place_at_wall(b, room, taken, maker(b.rng))
    for maker, rate in FREE_STANDING[room.kind]:
        for _ in range(int(b.rng.poisson(rate * amount))):
            _place_anywhere(b, room, taken, maker(b.rng))


def scatter(b: SceneBuilder, room: Room, taken: Occupancy, clutter_rate: float) -> None:
    """Add clutter and people to a room.

    Args:
        b: Builder of the scene.
        room: The room.
        taken: Ground on which they are marked.
        clutter_rate: Mean number of pieces of clutter in 10 m2.
    """
    for _ in range(int(b.rng.poisson(clutter_rate * room.area_m2 / 10))):
        _place_anywhere(b, room, taken, clutter(b.rng))
    for _ in range(int(b.rng.poisson(0.12 * room.area_m2 / 10))):
        _place_anywhere(b, room, taken, person(b.rng))


def _place_at_wall(b: SceneBuilder, room: Room, taken: Occupancy, item: Item) -> None:
    """Set an item with its back to a random wall, if one of ``TRIES`` places is free."""
    for _ in range(TRIES):
        wall = RoomWall(room, str(b.rng.choice(SIDES)))
        low, high = wall.span
        reach = item.width_m / 2 + WALL_M + 0.02
        if high - low < 2 * reach:
            continue
        along = float(b.rng.uniform(low + reach, high - reach))
        gap = WALL_M + 0.03 + float(b.rng.uniform(0, 0.06))
        x, y = wall.point(along, gap + item.depth_m / 2)
        # An item's front is its +y, so its frame is turned a quarter turn less than it faces.
        if _place(b, taken, item, (x, y, wall.facing - math.pi / 2), margin=0.0):
            return


def _place_anywhere(b: SceneBuilder, room: Room, taken: Occupancy, item: Item) -> None:
    """Set an item down at a random place of a room, if one of ``TRIES`` places is free."""
    reach = min(item.width_m, item.depth_m) / 2 + WALL_M + 0.05
    for _ in range(TRIES):
        x = float(b.rng.uniform(room.x0 + reach, room.x1 - reach))
        y = float(b.rng.uniform(room.y0 + reach, room.y1 - reach))
        quarter = float(b.rng.integers(4)) * math.pi / 2
        yaw = quarter + float(b.rng.normal(0, 0.25))
        if _place(b, taken, item, (x, y, yaw), margin=0.05):
            return


def _place(
    b: SceneBuilder,
    taken: Occupancy,
    item: Item,
    pose: tuple[float, float, float],
    *,
    margin: float,
) -> bool:
    """Build an item at (x, y, yaw) if its footprint is free there; return whether it was."""
    x, y, yaw = pose
    size = (item.width_m + margin, item.depth_m + margin)
    if not taken.fits(x, y, *size, yaw):
        return False
    taken.take(x, y, *size, yaw)
    item.build(b.at(x, y, yaw))
    return True
