"""The sky: a cube texture between clear and overcast."""

from __future__ import annotations

from typing import Any

import cv2
import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Colour, Generator, random_colour
from drive2walk.envs.scenes.appearance.noise import fractal
from drive2walk.robot.geometry.arrays import Image

FACE = 128


def build_sky(spec: mujoco.MjSpec, rng: Generator) -> dict[str, Any]:
    """Add a sky of random colour and cloud cover; return the drawn parameters."""
    cover = float(rng.uniform(0, 1))
    zenith = random_colour(rng, (0.55, 0.62), (0.2, 0.75), (0.55, 0.95))
    horizon = np.clip(zenith * 0.4 + 0.6 * float(rng.uniform(0.75, 1.0)), 0, 1)
    cloud = np.full(3, float(rng.uniform(0.7, 1.0)))
    # MuJoCo stacks the faces vertically: right, left, up, down, front, back.
    clouds = fractal(rng, (FACE, 4 * FACE), (3, 8), 4)
    sides = [_side(clouds[:, k * FACE : (k + 1) * FACE], zenith, horizon, cloud, cover)
             for k in range(4)]  # fmt: skip
    top = np.tile((zenith * 255).astype(np.uint8), (FACE, FACE, 1))
    bottom = np.tile((horizon * 200).astype(np.uint8), (FACE, FACE, 1))
    image = np.concatenate([sides[0], sides[2], top, bottom, sides[3], sides[1]])
    texture = spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        width=FACE,
        height=6 * FACE,
        nchannel=3,
    )
    texture.data = np.ascontiguousarray(image).tobytes()
    return {"cloud_cover": cover}


def plain_sky(spec: mujoco.MjSpec) -> None:
    """Add a pale backdrop for scenes with a ceiling."""
    spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        rgb1=[0.78, 0.82, 0.88],
        rgb2=[0.93, 0.94, 0.96],
        width=16,
        height=96,
    )


def _side(noise: np.ndarray, zenith: Colour, horizon: Colour, cloud: Colour, cover: float) -> Image:
    # The horizon is halfway down a side; the upper edge is 45 degrees up.
    up = np.clip(np.linspace(1, -1, FACE), 0, 1)[:, None, None] ** 0.6
    blue = horizon + (zenith - horizon) * up
    opacity = np.clip((noise - 0.6 + 1.4 * cover) * 1.5, 0, 1)[..., None]
    image = blue * (1 - opacity) + cloud * opacity
    return np.asarray(cv2.GaussianBlur(image * 255, (3, 3), 0), dtype=np.uint8)
