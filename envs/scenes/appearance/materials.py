"""Textures and materials of one scene, made on first use."""

from __future__ import annotations

import dataclasses

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Colour, Generator, random_colour, shade
from drive2walk.envs.scenes.appearance.floor_textures import concrete, planks
from drive2walk.envs.scenes.appearance.noise import fractal
from drive2walk.envs.scenes.appearance.textiles import cloth
from drive2walk.robot.geometry.arrays import Image

PALE = np.array([0.82, 0.82, 0.82])


@dataclasses.dataclass(frozen=True)
class Look:
    """The look of a geom.

    Attributes:
        material: Name of the material; empty for none.
        rgba: Colour that tints it, (r, g, b, a) in 0..1.
    """

    material: str
    rgba: tuple[float, float, float, float]


class Materials:
    """The materials of one scene.

    Args:
        spec: The scene, to which textures and materials are added.
        rng: Source of the patterns.
    """

    def __init__(self, spec: mujoco.MjSpec, rng: Generator) -> None:
        self._spec = spec
        self._rng = rng
        self._names: set[str] = set()

    def plain(self, colour: Colour, emission: float = 0.0, alpha: float = 1.0) -> Look:
        """Return a plain colour (3,); with ``emission`` 1 it is as bright as a lamp."""
        name = ""
        if emission:
            name = f"glow{round(emission * 10)}"
            self._add_material(name, None, emission=round(emission * 10) / 10)
        return Look(name, _rgba(colour, alpha))

    def tinted(self, pattern: str, colour: Colour) -> Look:
        """Return a pattern in this colour (3,).

        Args:
            pattern: One of wood, boards, fabric, striped, checked, rough, leaves.
            colour: RGB in 0..1.
        """
        if pattern not in self._names:
            self._add_material(pattern, self._draw_pattern(pattern), tile_m=(0.8, 0.8))
        return Look(pattern, _rgba(colour * 1.15))

    def tiled(
        self, name: str, image: Image, tile_m: tuple[float, float], emission: float = 0.0
    ) -> Look:
        """Return ``image`` repeated every ``tile_m`` metres along a geom's local x and y."""
        self._add_material(name, image, tile_m=tile_m, emission=emission)
        return Look(name, (1.0, 1.0, 1.0, 1.0))

    def stretched(
        self, name: str, image: Image, emission: float = 0.0, reflectance: float = 0.0
    ) -> Look:
        """Return ``image`` stretched once over a geom's local x-y face."""
        self._add_material(name, image, emission=emission, reflectance=reflectance)
        return Look(name, (1.0, 1.0, 1.0, 1.0))

    def wood(self) -> Look:
        """Return a random wood."""
        return self.tinted("wood", wood_colour(self._rng))

    def upright(self, look: Look) -> Look:
        """Return ``look`` for an upright panel, on which the grain of wood is vertical."""
        if look.material != "wood":
            return look
        if "wood_upright" not in self._names:
            grain = np.ascontiguousarray(self._draw_pattern("wood").transpose(1, 0, 2))
            self._add_material("wood_upright", grain, tile_m=(0.8, 0.8))
        return dataclasses.replace(look, material="wood_upright")

    def fabric(self) -> Look:
        """Return a random cloth, most often grey or dark."""
        vivid = self._rng.random() < 0.4
        saturation = (0.3, 0.9) if vivid else (0.0, 0.25)
        pattern = self._rng.choice(["fabric", "striped", "checked"], p=[0.75, 0.13, 0.12])
        colour = random_colour(self._rng, (0, 1), saturation, (0.08, 0.85))
        return self.tinted(str(pattern), colour)

    def paint(self) -> Look:
        """Return a random paint: mostly white, grey or black, sometimes a strong colour."""
        vivid = self._rng.random() < 0.16
        saturation = (0.3, 0.95) if vivid else (0.0, 0.12)
        return self.plain(random_colour(self._rng, (0, 1), saturation, (0.08, 0.97)))

    def metal(self) -> Look:
        """Return steel, chrome or black metal."""
        return self.plain(random_colour(self._rng, (0.5, 0.65), (0, 0.1), (0.05, 0.8)))

    def board(self) -> Look:
        """Return the wood or paint of a piece of furniture."""
        return self.wood() if self._rng.random() < 0.55 else self.paint()

    def _draw_pattern(self, pattern: str) -> Image:
        size = (128, 128)
        if pattern == "wood":
            return shade(PALE, 0.5 * fractal(self._rng, size, (24, 2), 4))
        if pattern == "fabric":
            return concrete(self._rng, PALE, 128)
        if pattern in ("striped", "checked"):
            return cloth(self._rng, PALE, pattern == "checked")
        if pattern == "leaves":
            return shade(PALE, 1.6 * fractal(self._rng, size, (10, 10), 3))
        if pattern == "boards":
            return planks(self._rng, PALE, 128)
        return shade(PALE, 0.5 * fractal(self._rng, size, (4, 4), 5))

    def _add_material(
        self,
        name: str,
        image: Image | None,
        tile_m: tuple[float, float] | None = None,
        emission: float = 0.0,
        reflectance: float = 0.0,
    ) -> None:
        if name in self._names:
            return
        self._names.add(name)
        material = self._spec.add_material(
            name=name, emission=emission, specular=0.1, reflectance=reflectance
        )
        if image is None:
            return
        texture = self._spec.add_texture(
            name=name,
            type=mujoco.mjtTexture.mjTEXTURE_2D,
            width=image.shape[1],
            height=image.shape[0],
            nchannel=3,
        )
        texture.data = np.ascontiguousarray(image).tobytes()
        roles = list(material.textures)
        roles[mujoco.mjtTextureRole.mjTEXROLE_RGB] = name
        material.textures = roles
        if tile_m is not None:
            # MuJoCo's "uniform" textures repeat every 2 / texrepeat metres.
            material.texuniform = True
            material.texrepeat = [2 / tile_m[0], 2 / tile_m[1]]


def wood_colour(rng: Generator) -> Colour:
    """Return a wood's colour (3,), from maple to ebony."""
    return random_colour(rng, (0.04, 0.12), (0.15, 0.7), (0.2, 0.95))


def _rgba(colour: Colour, alpha: float = 1.0) -> tuple[float, float, float, float]:
    r, g, b = np.clip(colour, 0, 1)
    # To MuJoCo, exactly (0.5, 0.5, 0.5, 1) means that no colour was given.
    return (float(r), float(g), float(b) + (1e-4 if r == g == b == 0.5 else 0.0), alpha)
