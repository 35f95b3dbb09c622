"""Cars, vans and bicyclists."""

from __future__ import annotations

import dataclasses
import math

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.frame import Vector
from drive2walk.envs.scenes.items.item import Item
from drive2walk.envs.scenes.items.people import build_seated_person

AHEAD, BEHIND = math.pi / 2, -math.pi / 2


@dataclasses.dataclass(frozen=True)
class BodyStyle:
    """A kind of car.

    Attributes:
        length_m: Length.
        belt_m: Height of the lower edge of the windows.
        roof_m: Height of the roof.
        rear: Rear end of the cabin as a fraction of the length, from the middle.
        front: Front end of the cabin as a fraction of the length, from the middle.
    """

    length_m: float
    belt_m: float
    roof_m: float
    rear: float
    front: float


STYLES = (
    BodyStyle(3.9, 0.9, 1.48, -0.46, 0.14),  # hatchback
    BodyStyle(4.5, 0.9, 1.42, -0.3, 0.14),  # saloon
    BodyStyle(4.6, 0.9, 1.5, -0.47, 0.14),  # estate
    BodyStyle(4.5, 1.0, 1.75, -0.47, 0.18),  # off-roader
    BodyStyle(5.3, 1.15, 2.1, -0.49, 0.3),  # van
)


def car(rng: Generator) -> Item:
    """Return a car or a van that drives towards +y."""
    style = STYLES[int(rng.integers(len(STYLES)))]
    return Item(2.1, 1.06 * style.length_m + 0.3, lambda b: _build_car(b, style))


def bicyclist(rng: Generator) -> Item:
    """Return a person on a bicycle that rides towards +y."""
    return Item(0.6, 1.8, _build_bicyclist)


def _build_car(b: SceneBuilder, style: BodyStyle) -> None:
    rng = b.rng
    saturation = (0.4, 0.9) if rng.random() < 0.4 else (0.0, 0.12)
    paint = b.materials.plain(random_colour(rng, (0, 1), saturation, (0.05, 0.95)))
    black = b.materials.plain(random_colour(rng, saturation=(0, 0.1), value=(0.02, 0.12)))
    width, sill = float(rng.uniform(1.68, 1.85)), float(rng.uniform(0.2, 0.3))
    length = style.length_m * float(rng.uniform(0.94, 1.06))
    body = (width, length, style.belt_m - sill)
    b.box("car_body", body, (0, 0, (style.belt_m + sill) / 2), "car", paint)
    for end in (-1, 1):
        bumper = (0, end * length / 2, 0.45)
        b.ellipsoid("car_bumper", (width / 2, 0.14, 0.22), bumper, "car", paint)
    _build_cabin(b, style, width, length, paint)
    _build_wheels(b, width, length, black)
    _build_lamps(b, width, length)
    shade = b.materials.plain(random_colour(rng, value=(0, 0.03)), alpha=0.5)
    b.ground("car_shade", (width * 1.1, length * 1.03), (0, 0, 0.006), "road", shade)
    for side in (-1, 1):
        mirror = (side * (width / 2 + 0.08), style.front * length + 0.2, style.belt_m + 0.08)
        b.ellipsoid("car_mirror", (0.1, 0.06, 0.07), mirror, "car", paint)


def _build_cabin(
    b: SceneBuilder, style: BodyStyle, width: float, length: float, paint: Look
) -> None:
    """Add windows, slanted screens, pillars and the roof."""
    glass = b.materials.plain(random_colour(b.rng, (0.5, 0.65), (0.05, 0.4), (0.08, 0.4)))
    rear, front = style.rear * length, style.front * length
    belt, tall = style.belt_m, style.roof_m - style.belt_m
    middle, long = (rear + front) / 2, front - rear
    pane = (width * 0.9, long, tall)
    b.box("car_window", pane, (0, middle, belt + tall / 2), "car", glass)
    roof = (width * 0.92, long + 0.05, 0.06)
    b.box("car_roof", roof, (0, middle, style.roof_m), "car", paint)
    for fraction in (0.0, 0.36, 0.68, 1.0):
        post = (width * 0.915, 0.07, tall)
        y = rear + fraction * long + (0.03 if fraction == 0.0 else 0.0)
        b.box("car_pillar", post, (0, y, belt + tall / 2), "car", paint)
    slope = 0.75 if style.front < 0.25 else 0.35
    _add_screen(b, (0, front, belt), (slope, tall, width * 0.88), 1, glass)
    if style.rear > -0.4:
        _add_screen(b, (0, rear, belt), (0.6, tall, width * 0.88), -1, glass)


def _add_screen(b: SceneBuilder, foot: Vector, size: Vector, end: int, glass: Look) -> None:
    """Add a slanted pane.

    Args:
        b: Builder in the car's frame.
        foot: Point below the upper edge, at the height of the lower edge.
        size: Extent along y, height and width, m.
        end: 1 for the windscreen, -1 for the rear window.
        glass: Look of the pane.
    """
    run, tall, width = size
    slant = math.atan2(run, tall)
    pane = (width, 0.05, math.hypot(run, tall))
    centre = (0.0, foot[1] + end * run / 2, foot[2] + tall / 2)
    b.box("car_screen", pane, centre, "car", glass, tilt=end * slant)


def _build_wheels(b: SceneBuilder, width: float, length: float, black: Look) -> None:
    metal = b.materials.metal()
    for y in (-0.31 * length, 0.33 * length):
        for side in (-1, 1):
            x = side * (width / 2 - 0.12)
            tyre = (x, y, 0.31), (x + side * 0.13, y, 0.31)
            b.cylinder("wheel", *tyre, 0.31, "car", black)
            hub = (x + side * 0.12, y, 0.31), (x + side * 0.14, y, 0.31)
            b.cylinder("wheel_hub", *hub, 0.18, "car", metal)


def _build_lamps(b: SceneBuilder, width: float, length: float) -> None:
    red = b.materials.plain(random_colour(b.rng, (0, 0.02), (0.7, 1), (0.5, 0.9)))
    white = b.materials.plain(random_colour(b.rng, (0.1, 0.16), (0, 0.2), (0.8, 1)))
    yellow = b.materials.plain(random_colour(b.rng, (0.13, 0.15), (0, 0.9), (0.8, 1)))
    for side in (-1, 1):
        x = side * width * 0.38
        lamp = (0.28, 0.16, 0.06)
        b.panel("tail_lamp", lamp, (x, -length / 2, 0.75), BEHIND, "car", red)
        b.panel("head_lamp", lamp, (x, length / 2, 0.7), AHEAD, "car", white)
    b.panel("plate", (0.5, 0.11, 0.3), (0, -length / 2, 0.5), BEHIND, "car", yellow)
    b.panel("plate", (0.5, 0.11, 0.3), (0, length / 2, 0.45), AHEAD, "car", white)


def _build_bicyclist(b: SceneBuilder) -> None:
    metal, black = b.materials.paint(), b.materials.metal()
    for y in (-0.52, 0.52):
        b.cylinder("bicycle_wheel", (-0.02, y, 0.34), (0.02, y, 0.34), 0.34, "bicyclist", black)
    hub, saddle, head = (0, -0.52, 0.34), (0, -0.18, 0.9), (0, 0.4, 0.85)
    for start, end in ((hub, (0, 0, 0.3)), ((0, 0, 0.3), saddle), (saddle, head)):
        b.capsule("bicycle_frame", start, end, 0.025, "bicyclist", metal)
    b.capsule("bicycle_fork", head, (0, 0.52, 0.34), 0.025, "bicyclist", metal)
    b.capsule("bicycle_bar", (-0.25, 0.42, 1.0), (0.25, 0.42, 1.0), 0.02, "bicyclist", black)
    build_seated_person(b.at(0, -0.2), 0.9, 0.2, "bicyclist")
