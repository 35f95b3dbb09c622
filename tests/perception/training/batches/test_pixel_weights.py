import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.training.batches.pixel_weights import PixelWeightConfig, weigh_pixels
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

FLOOR, WALL = SURFACES.index("floor"), SURFACES.index("wall")


def test_the_band_around_the_edge_of_the_floor_counts_more() -> None:
    mask = np.full((40, 40), WALL, np.uint8)
    mask[20:] = FLOOR
    weight = weigh_pixels(mask, [FLOOR], PixelWeightConfig(edge=3, edge_px=2))
    assert (weight[18:22] == 3).all()
    assert (np.delete(weight, range(18, 22), axis=0) == 1).all()


def test_a_chair_leg_counts_more_than_the_edge_and_a_wall_does_not() -> None:
    mask = np.full((240, 320), FLOOR, np.uint8)
    mask[40:200, 100:103] = WALL
    mask[:30] = WALL
    weight = weigh_pixels(mask, [FLOOR], PixelWeightConfig(edge=2, thin=5))
    assert (weight[60:180, 100:103] == 5).all()
    assert (weight[60:180, 97:100] == 2).all()
    assert (weight[:20] == 1).all()


def test_the_edge_of_unlabelled_pixels_is_not_an_edge() -> None:
    mask = np.full((40, 40), UNLABELLED, np.uint8)
    mask[20:] = FLOOR
    assert (weigh_pixels(mask, [FLOOR], PixelWeightConfig(edge=3)) == 1).all()


def test_weights_below_one_are_refused() -> None:
    with pytest.raises(ConfigError, match="below 1"):
        PixelWeightConfig(edge=0.5)
