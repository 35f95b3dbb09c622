"""Standing, walking and sitting people, made of capsules and ellipsoids, in varied clothes."""

from __future__ import annotations

import math

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.frame import Vector
from drive2walk.envs.scenes.items.item import Item


def person(rng: Generator) -> Item:
    """Return a person who stands or takes a step."""
    height = float(rng.uniform(1.5, 1.95))
    stride = float(rng.choice([0.0, rng.uniform(0.1, 0.4)]))
    depth = 0.6 + stride
    return Item(0.6, depth, lambda b: build_person(b, height, stride))


def build_person(b: SceneBuilder, height: float, stride: float, surface: str = "person") -> None:
    """Add a standing or walking person.

    Args:
        b: Builder in the person's frame.
        height: Height of the person, m.
        stride: Distance between the feet along y, m.
        surface: Surface class of all geoms.
    """
    unit = height / 1.75
    hip = 0.9 * unit
    trousers = b.materials.fabric()
    for side in (-1, 1):
        x, y = side * 0.1 * unit, side * stride / 2
        knee = (x, y * 0.35 + 0.02, 0.48 * unit)
        _add_leg(b, ((x * 0.9, 0, hip), knee, (x, y, 0.1 * unit)), unit, trousers, surface)
    if b.rng.random() < 0.15:
        skirt = (0, 0, 0.55 * unit), (0, 0, hip)
        b.cylinder("skirt", *skirt, 0.2 * unit, surface, b.materials.fabric())
    _add_upper_body(b, unit, stride, surface)


def build_seated_person(
    b: SceneBuilder, seat_m: float, feet_m: float = 0.0, surface: str = "person"
) -> None:
    """Add a sitting person.

    Args:
        b: Builder in the frame of the seat.
        seat_m: Height of the seat.
        feet_m: Height of the feet.
        surface: Surface class of all geoms.
    """
    unit = float(b.rng.uniform(0.9, 1.1))
    hip = seat_m + 0.09
    trousers = b.materials.fabric()
    for side in (-1, 1):
        x = side * float(b.rng.uniform(0.09, 0.16))
        knee = (x, 0.42 * unit, hip)
        ankle = (x, 0.42 * unit + float(b.rng.uniform(-0.15, 0.1)), feet_m + 0.1)
        _add_leg(b, ((x * 0.9, 0, hip), knee, ankle), unit, trousers, surface)
    _add_upper_body(b.at(0, 0, 0, hip - 0.9 * unit), unit, 0.0, surface)


def _add_leg(
    b: SceneBuilder,
    joints: tuple[Vector, Vector, Vector],
    unit: float,
    trousers: Look,
    surface: str,
) -> None:
    """Add thigh, shin and shoe between hip, knee and ankle."""
    hip, knee, ankle = joints
    shoe = b.materials.plain(random_colour(b.rng, saturation=(0, 0.4), value=(0.03, 0.8)))
    b.capsule("thigh", hip, knee, 0.085 * unit, surface, trousers)
    b.capsule("shin", knee, ankle, 0.06 * unit, surface, trousers)
    foot = (ankle[0], ankle[1] + 0.05, ankle[2] - 0.05)
    b.ellipsoid("foot", (0.05, 0.13, 0.05), foot, surface, shoe)


def _add_upper_body(b: SceneBuilder, unit: float, stride: float, surface: str) -> None:
    """Add trunk, arms and head of a person whose hip is at height 0.9 ``unit``."""
    skin = b.materials.plain(random_colour(b.rng, (0.03, 0.09), (0.25, 0.6), (0.25, 0.95)))
    shirt = b.materials.fabric()
    _add_torso(b, unit, 0.9 * unit, shirt, surface)
    _add_arms(b, unit, stride, (shirt, skin), surface)
    _add_head(b, unit, skin, surface)


def _add_torso(b: SceneBuilder, unit: float, hip: float, shirt: Look, surface: str) -> None:
    girth = float(b.rng.uniform(0.9, 1.25))
    belly = (0.17 * unit * girth, 0.12 * unit * girth, 0.2 * unit)
    b.ellipsoid("belly", belly, (0, 0, hip + 0.12 * unit), surface, shirt)
    chest = (0.2 * unit * girth, 0.125 * unit * girth, 0.27 * unit)
    b.ellipsoid("chest", chest, (0, 0, hip + 0.36 * unit), surface, shirt)
    if b.rng.random() < 0.2:
        pack = (0.15, 0.1, 0.22)
        b.ellipsoid("backpack", pack, (0, -0.18, hip + 0.35), surface, b.materials.fabric())


def _add_arms(
    b: SceneBuilder, unit: float, stride: float, looks: tuple[Look, Look], surface: str
) -> None:
    shirt, skin = looks
    fore = shirt if b.rng.random() < 0.6 else skin
    for side in (-1, 1):
        swing = -side * stride / 3 + float(b.rng.uniform(-0.03, 0.1))
        x = side * 0.23 * unit
        shoulder, elbow = (x, 0.0, 1.4 * unit), (x * 1.15, swing * 0.5, 1.12 * unit)
        bend = float(b.rng.choice([0.88, 0.9, 1.1, 1.3])) * unit
        reach = math.sqrt(max(0.0, 0.26**2 - (bend - 1.12 * unit) ** 2)) if bend > unit else 0.0
        hand = (x * 1.15, swing + reach, bend)
        b.capsule("upper_arm", shoulder, elbow, 0.05 * unit, surface, shirt)
        b.capsule("forearm", elbow, hand, 0.04 * unit, surface, fore)
        b.ellipsoid("hand", (0.04, 0.05, 0.05), hand, surface, skin)


def _add_head(b: SceneBuilder, unit: float, skin: Look, surface: str) -> None:
    hair = b.materials.plain(random_colour(b.rng, (0.03, 0.1), (0.1, 0.7), (0.03, 0.7)))
    neck = (0, 0, 1.45 * unit), (0, 0, 1.55 * unit)
    b.capsule("neck", *neck, 0.055 * unit, surface, skin)
    b.ellipsoid("head", (0.08, 0.1, 0.12), (0, 0.01, 1.64 * unit), surface, skin)
    long = float(b.rng.choice([0.0, 0.0, 0.08]))
    mane = (0.09, 0.1, 0.11 + long)
    b.ellipsoid("hair", mane, (0, -0.02, 1.67 * unit - long * 0.7), surface, hair)
