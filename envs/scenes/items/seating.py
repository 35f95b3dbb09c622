"""Chairs, stools and sofas."""

from __future__ import annotations

import math

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.items.item import Item


def chair(rng: Generator) -> Item:
    """Return a chair on four legs, an office chair, a cantilever chair or a stool."""
    models = [_build_legged_chair, _build_office_chair, _build_cantilever_chair, _build_stool]
    return Item(0.55, 0.6, models[int(rng.integers(len(models)))])


def sofa(rng: Generator) -> Item:
    """Return an armchair or a sofa of one to three seats."""
    seats = int(rng.integers(1, 4))
    width, depth = 0.35 + 0.62 * seats, float(rng.uniform(0.78, 0.98))
    return Item(width, depth, lambda b: _build_sofa(b, seats, width, depth))


def _add_seat_and_back(b: SceneBuilder, height: float, soft: Look) -> None:
    size, thick = float(b.rng.uniform(0.4, 0.48)), float(b.rng.uniform(0.03, 0.09))
    top = float(b.rng.uniform(0.3, 0.6))
    b.box("chair_seat", (size, size, thick), (0, 0, height), "furniture", soft)
    b.box(
        "chair_back",
        (size * 0.95, 0.04, top),
        (0, -size / 2, height + 0.12 + top / 2),
        "furniture",
        soft,
        tilt=float(b.rng.uniform(0, 0.2)),
    )


def _build_legged_chair(b: SceneBuilder) -> None:
    rng = b.rng
    frame = b.materials.wood() if rng.random() < 0.5 else b.materials.metal()
    soft = b.materials.fabric() if rng.random() < 0.6 else b.materials.board()
    height, radius = float(rng.uniform(0.42, 0.5)), float(rng.uniform(0.009, 0.02))
    splay = float(rng.uniform(0.0, 0.05))
    for x in (-0.18, 0.18):
        for y in (-0.18, 0.18):
            foot = (x + math.copysign(splay, x), y + math.copysign(splay, y), 0.0)
            b.cylinder("chair_leg", foot, (x, y, height), radius, "furniture", frame)
        post = (x, -0.2, height), (x, -0.22, height + 0.35)
        b.cylinder("chair_post", *post, radius, "furniture", frame)
    _add_seat_and_back(b, height, soft)


def _build_office_chair(b: SceneBuilder) -> None:
    rng = b.rng
    frame, soft = b.materials.metal(), b.materials.fabric()
    height, spokes = float(rng.uniform(0.44, 0.55)), int(rng.integers(4, 6))
    turn = float(rng.uniform(0, 2 * math.pi))
    for k in range(spokes):
        angle = turn + 2 * math.pi * k / spokes
        tip = (0.27 * math.cos(angle), 0.27 * math.sin(angle), 0.07)
        b.capsule("chair_spoke", (0, 0, 0.1), tip, 0.02, "furniture", frame)
        wheel = (tip[0], tip[1], 0.03)
        b.ellipsoid("chair_castor", (0.03, 0.03, 0.03), wheel, "furniture", frame)
    b.cylinder("chair_column", (0, 0, 0.08), (0, 0, height), 0.028, "furniture", frame)
    _add_seat_and_back(b, height, soft)
    if rng.random() < 0.6:
        for x in (-0.27, 0.27):
            arm = (0.05, 0.26, 0.03)
            b.box("chair_arm", arm, (x, 0, height + 0.2), "furniture", frame)
            b.box("chair_arm_post", (0.03, 0.04, 0.2), (x, 0, height + 0.1), "furniture", frame)


def _build_cantilever_chair(b: SceneBuilder) -> None:
    frame = b.materials.metal()
    height = float(b.rng.uniform(0.42, 0.48))
    for x in (-0.22, 0.22):
        b.capsule("chair_skid", (x, -0.22, 0.015), (x, 0.2, 0.015), 0.013, "furniture", frame)
        b.capsule("chair_leg", (x, 0.2, 0.015), (x, 0.18, height), 0.013, "furniture", frame)
        top = (x, -0.24, height + 0.4)
        b.capsule("chair_post", (x, -0.2, height), top, 0.013, "furniture", frame)
    _add_seat_and_back(b, height, b.materials.fabric())


def _build_stool(b: SceneBuilder) -> None:
    frame = b.materials.wood() if b.rng.random() < 0.5 else b.materials.metal()
    height, radius = float(b.rng.uniform(0.42, 0.75)), float(b.rng.uniform(0.14, 0.2))
    legs = int(b.rng.integers(3, 5))
    for k in range(legs):
        angle = 2 * math.pi * k / legs
        foot = (radius * 1.1 * math.cos(angle), radius * 1.1 * math.sin(angle), 0.0)
        head = (foot[0] * 0.6, foot[1] * 0.6, height)
        b.cylinder("stool_leg", foot, head, 0.013, "furniture", frame)
    seat = (0, 0, height - 0.02), (0, 0, height + 0.02)
    b.cylinder("stool_seat", *seat, radius, "furniture", b.materials.board())


def _build_sofa(b: SceneBuilder, seats: int, width: float, depth: float) -> None:
    soft, legs = b.materials.fabric(), float(b.rng.choice([0.0, 0.1, 0.14]))
    foot = b.materials.wood()
    base_height = 0.42 - legs
    base = (width, depth, base_height - 0.12)
    b.box("sofa_base", base, (0, 0, legs + base[2] / 2), "furniture", soft)
    seat_width = (width - 0.3) / seats
    for k in range(seats):
        x = -width / 2 + 0.15 + seat_width * (k + 0.5)
        cushion = (seat_width * 0.97, depth - 0.2, 0.13)
        b.box("sofa_seat", cushion, (x, 0.1, 0.36), "furniture", soft)
        back = (seat_width * 0.95, 0.16, 0.4)
        b.box("sofa_cushion", back, (x, -depth / 2 + 0.22, 0.6), "furniture", soft, tilt=0.15)
    b.box("sofa_back", (width, 0.16, 0.8), (0, -depth / 2 + 0.08, 0.4), "furniture", soft)
    for x in (-width / 2 + 0.075, width / 2 - 0.075):
        arm = (0.15, depth, 0.6 - legs)
        b.box("sofa_arm", arm, (x, 0, legs + arm[2] / 2), "furniture", soft)
        if legs:
            for y in (-depth / 2 + 0.06, depth / 2 - 0.06):
                leg = (x, y, 0.0), (x, y, legs)
                b.cylinder("sofa_leg", *leg, 0.02, "furniture", foot)
    if b.rng.random() < 0.5:
        pillow = (-width / 4, 0, 0.52)
        look = b.materials.fabric()
        b.ellipsoid("sofa_pillow", (0.2, 0.1, 0.18), pillow, "furniture", look)
