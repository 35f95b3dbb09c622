"""Tables and desks, with chairs and the things on them."""

from __future__ import annotations

import math

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.pictures import screen
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item
from drive2walk.envs.scenes.items.people import build_seated_person
from drive2walk.envs.scenes.items.seating import chair


def table(rng: Generator) -> Item:
    """Return a table without chairs: side table, coffee table, bench."""
    width, depth = float(rng.uniform(0.5, 1.4)), float(rng.uniform(0.4, 0.8))
    height = float(rng.choice([0.4, 0.5, 0.74]))

    def build(b: SceneBuilder) -> None:
        if b.rng.random() < 0.3:
            _add_round_table(b, min(width, depth) / 2, height)
        else:
            _add_table(b, width, depth, height)
        _add_things_on_top(b, width, depth, height, int(b.rng.integers(0, 4)))

    return Item(width, depth, build)


def desk(rng: Generator) -> Item:
    """Return a workplace: a desk with monitors, drawers and things, and a chair in front."""
    width, depth = float(rng.uniform(1.1, 1.8)), float(rng.uniform(0.6, 0.85))
    total = depth + 0.6

    def build(b: SceneBuilder) -> None:
        at = b.at(0, -total / 2 + depth / 2)
        height = float(b.rng.uniform(0.7, 0.78))
        _add_table(at, width, depth, height)
        for k in range(int(b.rng.integers(0, 3))):
            _add_monitor(at.at(-0.3 + 0.6 * k, -depth / 4, float(b.rng.normal(0, 0.2)), height))
        _add_things_on_top(at, width, depth, height, int(b.rng.integers(1, 7)))
        if b.rng.random() < 0.5:
            side = float(b.rng.choice([-1, 1])) * (width / 2 - 0.25)
            drawers = (0.4, depth * 0.8, height - 0.12)
            look = b.materials.board()
            at.box("desk_drawers", drawers, (side, 0, drawers[2] / 2), "furniture", look)
        if b.rng.random() < 0.9:
            turn = math.pi + float(b.rng.normal(0, 0.5))
            place = b.at(float(b.rng.normal(0, 0.1)), total / 2 - 0.3, turn)
            chair(b.rng).build(place)
            if b.rng.random() < 0.12:
                build_seated_person(place, 0.5)

    return Item(width, total, build)


def dining_table(rng: Generator) -> Item:
    """Return a table with chairs on its two long sides."""
    seats = int(rng.integers(1, 4))
    width, depth = 0.3 + 0.65 * seats, float(rng.uniform(0.75, 1.1))
    total = depth + 0.9

    def build(b: SceneBuilder) -> None:
        height = float(b.rng.uniform(0.7, 0.78))
        if seats == 1:
            _add_round_table(b, depth / 2, height)
        else:
            _add_table(b, width, depth, height)
        _add_things_on_top(b, width, depth, height, int(b.rng.integers(0, 6)))
        model = chair(b.rng)
        for k in range(seats):
            x = -width / 2 + 0.15 + 0.65 * (k + 0.5)
            for side in (-1, 1):
                if b.rng.random() < 0.85:
                    yaw = (0.0 if side < 0 else math.pi) + float(b.rng.normal(0, 0.25))
                    out = side * (total / 2 - 0.28 - float(b.rng.uniform(0, 0.15)))
                    model.build(b.at(x, out, yaw))

    return Item(width, total, build)


def _add_table(b: SceneBuilder, width: float, depth: float, height: float) -> None:
    """Add a rectangular table on cheeks, on two posts or on four legs."""
    rng = b.rng
    thick = float(rng.uniform(0.018, 0.05))
    board = b.materials.board()
    top = (width, depth, thick)
    b.box("table_top", top, (0, 0, height - thick / 2), "furniture", board)
    frame = board if rng.random() < 0.3 else b.materials.metal()
    style = rng.integers(3)
    x, y = width / 2 - 0.05, depth / 2 - 0.05
    if style == 0:
        for side in (-x, x):
            cheek = (0.03, depth * 0.9, height - thick)
            b.box("table_side", cheek, (side, 0, cheek[2] / 2), "furniture", board)
    elif style == 1:
        for side in (-x, x):
            b.box("table_foot", (0.06, depth * 0.9, 0.03), (side, 0, 0.015), "furniture", frame)
            post = (0.06, 0.09, height - thick)
            b.box("table_post", post, (side, 0, post[2] / 2), "furniture", frame)
    else:
        _add_legs(b, x, y, height - thick, frame)


def _add_legs(b: SceneBuilder, x: float, y: float, height: float, look: Look) -> None:
    edge, is_round = float(b.rng.uniform(0.02, 0.07)), b.rng.random() < 0.4
    for side in (-x, x):
        for end in (-y, y):
            if is_round:
                leg = (side, end, 0.0), (side, end, height)
                b.cylinder("table_leg", *leg, edge / 2, "furniture", look)
            else:
                size = (edge, edge, height)
                b.box("table_leg", size, (side, end, height / 2), "furniture", look)


def _add_round_table(b: SceneBuilder, radius: float, height: float) -> None:
    metal = b.materials.metal()
    top = (0, 0, height - 0.03), (0, 0, height)
    b.cylinder("table_top", *top, radius, "furniture", b.materials.board())
    b.cylinder("table_post", (0, 0, 0), (0, 0, height - 0.03), 0.04, "furniture", metal)
    b.cylinder("table_foot", (0, 0, 0), (0, 0, 0.02), radius * 0.55, "furniture", metal)


def _add_monitor(b: SceneBuilder) -> None:
    width = float(b.rng.uniform(0.4, 0.7))
    case = b.materials.metal()
    name = "screen" if b.rng.random() < 0.5 else "screen_other"
    image = b.materials.stretched(name, screen(b.rng), emission=0.4)
    b.cylinder("monitor_foot", (0, 0, 0), (0, 0, 0.012), 0.11, "furniture", case)
    b.box("monitor_post", (0.04, 0.02, 0.25), (0, -0.03, 0.13), "furniture", case)
    size = (width, width * 0.6, 0.03)
    centre = (0.0, 0.0, 0.12 + width * 0.3)
    b.panel("monitor_case", size, centre, math.pi / 2, "furniture", case)
    face = (width * 0.95, width * 0.55, 0.01)
    front = (0.0, 0.013, centre[2])
    b.panel("monitor_screen", face, front, math.pi / 2, "furniture", image)


def _add_things_on_top(b: SceneBuilder, width: float, depth: float, height: float, n: int) -> None:
    """Add ``n`` books, cups, keyboards and bowls to a table top."""
    for _ in range(n):
        # The margin keeps things from overhanging the edge.
        x = float(b.rng.uniform(-1, 1)) * max(0.0, width / 2 - 0.22)
        y = float(b.rng.uniform(-1, 1)) * max(0.0, depth / 2 - 0.18)
        look = b.materials.paint()
        style = b.rng.integers(4)
        if style == 0:
            thick = float(b.rng.uniform(0.01, 0.12))
            size = (0.2, 0.27, thick)
            turn = float(b.rng.uniform(0, 3))
            b.box("books", size, (x, y, height + thick / 2), "clutter", look, yaw=turn)
        elif style == 1:
            tall, radius = float(b.rng.uniform(0.08, 0.28)), float(b.rng.uniform(0.03, 0.05))
            b.cylinder("cup", (x, y, height), (x, y, height + tall), radius, "clutter", look)
        elif style == 2:
            size = (0.42, 0.14, 0.02)
            b.box("keyboard", size, (x, y, height + 0.01), "clutter", look)
        else:
            radius = float(b.rng.uniform(0.06, 0.15))
            bowl = (radius, radius, radius * 0.7)
            b.ellipsoid("bowl", bowl, (x, y, height + radius * 0.6), "clutter", look)
