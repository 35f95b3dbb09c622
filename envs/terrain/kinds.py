"""The kinds of ground on which robots are trained and evaluated.

Source: rough ground, slopes and blocks as in Rudin et al., "Learning to Walk in Minutes Using
Massively Parallel Deep Reinforcement Learning", 2021, here in one large patch.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

import mujoco
import numpy as np

from drive2walk.envs.terrain.blocks import Blocks
from drive2walk.envs.terrain.plane import FLAT
from drive2walk.envs.terrain.terrain import CANDIDATES, HALF_WIDTH_M, Terrain
from drive2walk.envs.terrain.triangles import Triangles
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.robot.geometry.arrays import Array

ROUGH_M, ROUGH_CELL_M = 0.06, 0.2
RAMP_M, RAMP_CELLS, RAMP_CELL_M = 0.35, 3, 1.0
STEP_M, STEP_LEVELS, TREAD_M = 0.1, 5, 1.0
# Length over which uneven ground becomes flat at the border of two quarters of mixed ground.
FADE_M = 2.0
# Key of the random numbers for evaluation; those of training have none.
EVALUATION_KEY = (1,)

Seed = int | np.random.SeedSequence


@dataclasses.dataclass(frozen=True, eq=False)
class Mixed(Terrain):
    """A quarter each of flat (+x, +y), rough (−x, +y), sloping (−x, −y) and stepped ground.

    Attributes:
        field: The rough and the sloping quarter, 0 elsewhere.
        blocks: The stepped quarter, 0 elsewhere.
    """

    field: Triangles
    blocks: Blocks

    def height(self, points: Array) -> Array:
        """Return the height of the ground under points (..., 2) m, (...) m."""
        return self.field.height(points) + self.blocks.height(points)

    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add a height field and boxes on it."""
        self.field.add_to(world)
        self.blocks.add_boxes(world)

    @functools.cached_property
    def _even_places(self) -> Array:
        """The most even of random places in each quarter, (k, 3) m."""
        places = np.random.default_rng(0).uniform(FADE_M, HALF_WIDTH_M - FADE_M, (CANDIDATES, 2))
        quarters = ((1, 1), (-1, 1), (-1, -1), (1, -1))
        return np.concatenate([self.find_even_places(places * signs) for signs in quarters])


def rough(seed: Seed) -> Triangles:
    """Return uneven ground: random heights up to 6 cm every 20 cm, triangles in between."""
    count = round(2 * HALF_WIDTH_M / ROUGH_CELL_M) + 1
    heights = np.random.default_rng(seed).uniform(0, ROUGH_M, (count, count))
    return Triangles(heights - heights.min(), ROUGH_CELL_M)


def ramps(seed: Seed) -> Triangles:
    """Return level squares of 1 m at heights up to 35 cm, joined by ramps of up to 10 degrees."""
    count = 2 * HALF_WIDTH_M // RAMP_CELLS + 2
    levels = np.random.default_rng(seed).uniform(0, RAMP_M, (count, count))
    # Along each axis one level cell is followed by two cells of ramp to the next square.
    cell = np.arange(RAMP_CELLS * (count - 1) + 1)
    square, climb = cell // RAMP_CELLS, np.maximum(cell % RAMP_CELLS - 1, 0) / (RAMP_CELLS - 1)
    after = np.minimum(square + 1, count - 1)
    rows = levels[square] * (1 - climb)[:, None] + levels[after] * climb[:, None]
    heights = rows[:, square] * (1 - climb) + rows[:, after] * climb
    return Triangles(heights - heights.min(), RAMP_CELL_M)


def steps(seed: Seed) -> Blocks:
    """Return blocks of 1 m at 0, 2.5, 5, 7.5 or 10 cm: steps up and down of up to 10 cm."""
    count = round(2 * HALF_WIDTH_M / TREAD_M)
    level = np.random.default_rng(seed).integers(0, STEP_LEVELS, (count, count))
    return Blocks(level * STEP_M / (STEP_LEVELS - 1), TREAD_M)


def mixed(seed: Seed) -> Mixed:
    """Return ground with a quarter of each kind, for training."""
    across = np.arange(-HALF_WIDTH_M, HALF_WIDTH_M + ROUGH_CELL_M / 2, ROUGH_CELL_M)
    x, y = np.meshgrid(across, across)
    places = np.stack([x, y], axis=-1)
    uneven = np.where(y > 0, rough(seed).height(places), ramps(seed).height(places))
    uneven *= np.clip(-x / FADE_M, 0, 1) * np.clip(np.abs(y) / FADE_M, 0, 1)
    blocks = steps(seed)
    centre = (np.arange(len(blocks.heights)) + 0.5) * TREAD_M - HALF_WIDTH_M
    stepped = np.outer(centre < 0, centre > 0)
    return Mixed(Triangles(uneven, ROUGH_CELL_M), Blocks(blocks.heights * stepped, TREAD_M))


TERRAINS: dict[str, Callable[[Seed], Terrain]] = {
    "flat": lambda _: FLAT,
    "rough": rough,
    "ramps": ramps,
    "steps": steps,
    "mixed": mixed,
}


def build_terrain(name: str, seed: Seed) -> Terrain:
    """Return the ground that a robot trains on.

    Args:
        name: Name of the terrain.
        seed: Seed of its heights.

    Raises:
        ConfigError: There is no such terrain.
    """
    if name not in TERRAINS:
        raise ConfigError(unknown_name("terrain", name, TERRAINS))
    return TERRAINS[name](seed)


def build_evaluation_terrain(name: str, seed: int) -> Terrain:
    """Return ground that no training with ``build_terrain`` has seen, whatever its seed.

    The seed draws from a child of NumPy's seed sequence, whose stream differs from those of all
    plain seeds.

    Args:
        name: Name of the terrain.
        seed: Seed of its heights.

    Raises:
        ConfigError: There is no such terrain.
    """
    return build_terrain(name, np.random.SeedSequence(seed, spawn_key=EVALUATION_KEY))
