"""Lights of a scene: few, because each one costs time at every vertex.

One light casts shadows where the renderer draws them.
"""

from __future__ import annotations

import math
from typing import Any

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Colour, Generator

NEAR_M, FAR_M = 0.03, 120.0
DISTANCE_M = 30.0
HOUSE_M = 20.0


def prepare_view(spec: mujoco.MjSpec, reach_m: float) -> None:
    """Set clipping planes, buffers and the quality of round shapes.

    Args:
        spec: The scene.
        reach_m: Distance from the scene's middle up to which shadows are drawn.
    """
    # With an extent of 1, clipping planes are in metres.
    spec.stat.extent = 1.0
    spec.stat.center = np.zeros(3)
    spec.visual.map.znear = NEAR_M
    spec.visual.map.zfar = FAR_M
    spec.visual.map.shadowclip = reach_m
    quality = spec.visual.quality
    quality.offsamples = 4
    is_house = reach_m < HOUSE_M
    quality.shadowsize = 1024 if is_house else 2048
    # Few facets on round shapes halve the render time and are hardly visible.
    quality.numslices, quality.numstacks = (16, 9) if is_house else (12, 7)
    quality.numquads = 1
    spec.visual.global_.offwidth = 1280
    spec.visual.global_.offheight = 960


def random_light_colour(rng: Generator) -> Colour:
    """Return a light's colour (3,), from candle to overcast sky; the brightest channel is 1."""
    warmth = rng.normal(0, 0.5)
    colour = np.array([1 + 0.22 * warmth, 1.0 + 0.03 * warmth, 1 - 0.3 * warmth])
    return np.asarray(colour / colour.max())


def light_indoors(
    spec: mujoco.MjSpec, rng: Generator, middle: tuple[float, float]
) -> dict[str, Any]:
    """Add lamps and daylight about ``middle`` (x, y) m; return the drawn parameters."""
    level = float(rng.uniform(0.85, 1.5))
    ambient_fraction = float(rng.uniform(0.3, 0.65))
    colour = random_light_colour(rng)
    headlight = spec.visual.headlight
    headlight.ambient = level * ambient_fraction * colour
    headlight.diffuse = level * float(rng.uniform(0.0, 0.25)) * colour
    headlight.specular = np.zeros(3)
    azimuths = []
    for number, strength in enumerate((0.55, 0.3)):
        azimuth, slope = float(rng.uniform(-math.pi, math.pi)), float(rng.uniform(0.2, 1.0))
        down = np.array([math.cos(azimuth) * slope, math.sin(azimuth) * slope, -1.0])
        diffuse = level * (1 - ambient_fraction) * strength * 1.8 * random_light_colour(rng)
        _add_directional_light(spec, middle, down, diffuse, castshadow=number == 0)
        azimuths.append(azimuth)
    return _light_parameters(level, ambient_fraction, azimuths[0])


def light_outdoors(spec: mujoco.MjSpec, rng: Generator) -> dict[str, Any]:
    """Add the sun and the sky's light; return the drawn parameters."""
    level = float(rng.uniform(0.8, 1.45))
    ambient_fraction = float(rng.uniform(0.35, 0.8))
    headlight = spec.visual.headlight
    headlight.ambient = level * ambient_fraction * np.array([0.93, 0.97, 1.0])
    headlight.diffuse = np.full(3, 0.05)
    headlight.specular = np.zeros(3)
    azimuth, slope = float(rng.uniform(-math.pi, math.pi)), float(rng.uniform(0.3, 2.0))
    down = np.array([math.cos(azimuth) * slope, math.sin(azimuth) * slope, -1.0])
    diffuse = level * (1 - ambient_fraction) * 1.3 * random_light_colour(rng)
    _add_directional_light(spec, (0.0, 0.0), down, diffuse, castshadow=True)
    return _light_parameters(level, ambient_fraction, azimuth)


def _light_parameters(level: float, ambient_fraction: float, azimuth: float) -> dict[str, Any]:
    # The keys stand in rendered datasets.
    return {"light_level": level, "ambient_share": ambient_fraction, "light_azimuth": azimuth}


def _add_directional_light(
    spec: mujoco.MjSpec,
    middle: tuple[float, float],
    down: np.ndarray,
    diffuse: np.ndarray,
    *,
    castshadow: bool,
) -> None:
    down = down / np.linalg.norm(down)
    # The shadow map is centred on the light, which must be above everything that casts shadows.
    spec.worldbody.add_light(
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        pos=np.array([*middle, 0.0]) - DISTANCE_M * down,
        dir=down,
        diffuse=diffuse,
        ambient=[0, 0, 0],
        specular=[0.1, 0.1, 0.1],
        castshadow=castshadow,
    )
