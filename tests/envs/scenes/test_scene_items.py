import math
from collections.abc import Callable

import numpy as np
import pytest

from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.free_space import geom_corners
from drive2walk.envs.scenes.items.clutter import KINDS, clutter, plant
from drive2walk.envs.scenes.items.fixtures import coat_rack, floor_lamp, ladder, partition
from drive2walk.envs.scenes.items.item import Item
from drive2walk.envs.scenes.items.people import person
from drive2walk.envs.scenes.items.seating import chair, sofa
from drive2walk.envs.scenes.items.storage import bed, cabinet, counter, fridge, shelf, television
from drive2walk.envs.scenes.items.tables import desk, dining_table, table
from drive2walk.envs.scenes.outdoor.vehicles import bicyclist, car

MAKERS = [
    *(bed, bicyclist, cabinet, car, chair, clutter, coat_rack, counter, desk, dining_table),
    *(floor_lamp, fridge, ladder, partition, person, plant, shelf, sofa, table, television),
]
Maker = Callable[[np.random.Generator], Item]
TOLERANCE_M = 0.12


def _corners(item: Item, seed: int, x: float = 0.0, y: float = 0.0, yaw: float = 0.0) -> np.ndarray:
    b = SceneBuilder(np.random.default_rng(seed))
    item.build(b.at(x, y, yaw))
    return np.stack([geom_corners(geom) for geom in b.spec.worldbody.geoms])


@pytest.mark.parametrize("maker", MAKERS)
def test_things_stand_on_the_floor_inside_their_footprint(maker: Maker) -> None:
    for seed in range(25):
        item = maker(np.random.default_rng(seed))
        corners = _corners(item, seed)
        assert -0.02 < corners[..., 2].min() < 0.02
        reach = np.abs(corners).max(axis=(0, 1))
        assert reach[0] <= item.width_m / 2 + TOLERANCE_M
        assert reach[1] <= item.depth_m / 2 + TOLERANCE_M


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_every_kind_of_clutter_fits_its_square(kind: int) -> None:
    build, width = KINDS[kind]
    for seed in range(15):
        corners = _corners(Item(width, width, build), seed)
        assert np.abs(corners[..., :2]).max() <= width / 2 + TOLERANCE_M


def test_a_thing_turns_with_the_frame_of_its_builder() -> None:
    item = sofa(np.random.default_rng(2))
    here = _corners(item, 5)
    there = _corners(item, 5, 3.0, -1.0, math.pi / 2)
    turned = np.stack([3.0 - here[..., 1], -1.0 + here[..., 0], here[..., 2]], axis=-1)
    assert np.allclose(turned, there)


def test_the_seed_fixes_a_thing() -> None:
    item = desk(np.random.default_rng(1))
    assert np.array_equal(_corners(item, 1), _corners(item, 1))
