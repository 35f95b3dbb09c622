"""Lights of a scene: few, since every one costs time at each vertex.

One light casts shadows where a renderer asks for them.
"""

from __future__ import annotations

import math
from typing import Any

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.textures import Colour, Generator

NEAR_M, FAR_M = 0.03, 120.0
DISTANCE_M = 30.0
HOUSE_M = 20.0


def prepare_view(spec: mujoco.MjSpec, reach_m: float) -> None:
    """Set clipping planes and buffers; the extent is 1 so that these are metres.

    Shadows are drawn up to ``reach_m`` from the middle of the scene.
    """
    spec.stat.extent = 1.0
    spec.stat.center = np.zeros(3)
    spec.visual.map.znear = NEAR_M
    spec.visual.map.zfar = FAR_M
    spec.visual.map.shadowclip = reach_m
    quality = spec.visual.quality
    quality.offsamples = 4
    is_house = reach_m < HOUSE_M
    quality.shadowsize = 1024 if is_house else 2048
    # Round shapes of few facets: half the render time, hardly seen, least of all from afar.
    quality.numslices, quality.numstacks = (16, 9) if is_house else (12, 7)
    quality.numquads = 1
    spec.visual.global_.offwidth = 1280
    spec.visual.global_.offheight = 960


def temperature(rng: Generator) -> Colour:
    """Return a light's colour (3,), from candle to overcast sky, brightest channel 1."""
    warmth = rng.normal(0, 0.5)
    colour = np.array([1 + 0.22 * warmth, 1.0 + 0.03 * warmth, 1 - 0.3 * warmth])
    return np.asarray(colour / colour.max())


def light_indoors(
    spec: mujoco.MjSpec, rng: Generator, middle: tuple[float, float]
) -> dict[str, Any]:
    """Add lamps and daylight; return the factors that were drawn."""
    level = float(rng.uniform(0.85, 1.5))
    share = float(rng.uniform(0.3, 0.65))
    colour = temperature(rng)
    headlight = spec.visual.headlight
    headlight.ambient = level * share * colour
    headlight.diffuse = level * float(rng.uniform(0.0, 0.25)) * colour
    headlight.specular = np.zeros(3)
    azimuths = []
    for number, strength in enumerate((0.55, 0.3)):
        azimuth, slope = float(rng.uniform(-math.pi, math.pi)), float(rng.uniform(0.2, 1.0))
        down = np.array([math.cos(azimuth) * slope, math.sin(azimuth) * slope, -1.0])
        diffuse = level * (1 - share) * strength * 1.8 * temperature(rng)
        _directional(spec, middle, down, diffuse, castshadow=number == 0)
        azimuths.append(azimuth)
    return {"light_level": level, "ambient_share": share, "light_azimuth": azimuths[0]}


def light_outdoors(spec: mujoco.MjSpec, rng: Generator) -> dict[str, Any]:
    """Add the sun and the sky's light; return the factors that were drawn."""
    level = float(rng.uniform(0.8, 1.45))
    share = float(rng.uniform(0.35, 0.8))
    headlight = spec.visual.headlight
    headlight.ambient = level * share * np.array([0.93, 0.97, 1.0])
    headlight.diffuse = np.full(3, 0.05)
    headlight.specular = np.zeros(3)
    azimuth, slope = float(rng.uniform(-math.pi, math.pi)), float(rng.uniform(0.3, 2.0))
    down = np.array([math.cos(azimuth) * slope, math.sin(azimuth) * slope, -1.0])
    diffuse = level * (1 - share) * 1.3 * temperature(rng)
    _directional(spec, (0.0, 0.0), down, diffuse, castshadow=True)
    return {"light_level": level, "ambient_share": share, "light_azimuth": azimuth}


def _directional(
    spec: mujoco.MjSpec,
    middle: tuple[float, float],
    down: np.ndarray,
    diffuse: np.ndarray,
    *,
    castshadow: bool,
) -> None:
    down = down / np.linalg.norm(down)
    # The shadow map is centred on the light, which must stand above all that casts shadows.
    spec.worldbody.add_light(
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        pos=np.array([*middle, 0.0]) - DISTANCE_M * down,
        dir=down,
        diffuse=diffuse,
        ambient=[0, 0, 0],
        specular=[0.1, 0.1, 0.1],
        castshadow=castshadow,
    )
