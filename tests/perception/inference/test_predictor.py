import dataclasses
import functools

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from drive2walk.perception.inference.predictor import Prediction, Predictor, input_size
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.trunks.registry import TRUNKS
from drive2walk.perception.network.weights import Knowledge
from drive2walk.robot.surfaces import SURFACES


@pytest.fixture
def predictor(tiny_network: Network, walking_knowledge: Knowledge) -> Predictor:
    return Predictor(tiny_network, walking_knowledge)


def image(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((192, 256), (192, 256)),
        ((360, 480), (288, 384)),
        ((480, 360), (384, 288)),
        ((3000, 4000), (288, 384)),
        ((10, 10), (32, 32)),
        ((100, 5000), (32, 2336)),
    ],
)
def test_input_keeps_aspect_and_area(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    assert input_size(*shape, (384, 288)) == expected


@functools.cache
def coarsest_stride() -> int:
    *_, coarsest = TRUNKS["regnety_2m"]().eval()(torch.zeros(1, 3, 64, 64))
    return 64 // coarsest.shape[-1]


@given(st.integers(1, 3000), st.integers(1, 3000), st.booleans())
def test_input_sides_are_multiples_of_the_coarsest_stride(
    height: int, width: int, enlarge: bool
) -> None:
    sides = input_size(height, width, (320, 240), enlarge)
    assert all(side % coarsest_stride() == 0 and side > 0 for side in sides)


def test_small_images_are_enlarged_only_on_request() -> None:
    assert input_size(96, 128, (256, 192)) == (96, 128)
    assert input_size(96, 128, (256, 192), enlarge=True) == (192, 256)
    assert input_size(480, 640, (256, 192), enlarge=True) == (192, 256)


@pytest.mark.parametrize("shape", [(48, 64), (200, 90), (1, 7), (33, 400)])
def test_any_image_gives_maps_of_its_own_size(predictor: Predictor, shape: tuple[int, int]) -> None:
    prediction = predictor(image(*shape))
    assert prediction.walkable_at(*shape).shape == shape
    assert prediction.surfaces_at(*shape, ids=[11, 12]).shape == shape


def test_untrained_surfaces_have_no_probability(predictor: Predictor) -> None:
    probabilities = predictor(image(48, 64)).probabilities
    taught = [SURFACES.index(name) for name in ("floor", "wall", "furniture")]
    assert np.allclose(probabilities[taught].sum(axis=0), 1, atol=1e-5)
    assert probabilities[SURFACES.index("road")].max() == 0


def test_walkable_is_the_sum_over_walkable_surfaces(
    tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    rgb = image(48, 64)
    own = Predictor(tiny_network, walking_knowledge)(rgb)
    both = Predictor(tiny_network, walking_knowledge, ["floor", "wall"])(rgb)
    floor, wall = own.probabilities[11], own.probabilities[12]
    size = (wall.shape[1] * 2, wall.shape[0] * 2)
    assert np.allclose(own.walkable, cv2.resize(floor, size))
    assert np.allclose(both.walkable, cv2.resize(floor + wall, size), atol=1e-6)


def test_metres_grow_with_the_focal_length(predictor: Predictor) -> None:
    rgb = image(48, 64)
    near, far = predictor(rgb, 80.0).depth_m, predictor(rgb, 160.0).depth_m
    assert np.allclose(far, 2 * near)
    assert predictor(rgb).depth_m is None


def test_metres_do_not_depend_on_the_resolution_of_the_same_view(predictor: Predictor) -> None:
    flat = np.full((48, 64, 3), 90, np.uint8)
    large = np.full((480, 640, 3), 90, np.uint8)
    # At ten times the resolution, the focal length in pixels is ten times as long.
    assert np.allclose(predictor(flat, 80.0).depth_m, predictor(large, 800.0).depth_m, rtol=1e-4)


def test_without_a_trained_depth_head_there_is_no_depth(
    tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    knowledge = dataclasses.replace(walking_knowledge, depth=False)
    assert Predictor(tiny_network, knowledge)(image(48, 64), 80.0).depth_m is None


def test_the_most_probable_surface_is_one_of_the_given_ids() -> None:
    probabilities = np.zeros((17, 1, 2), np.float32)
    probabilities[[3, 5, 11], 0, 0] = 0.5, 0.2, 0.3
    prediction = Prediction(probabilities, probabilities[11], None)
    assert prediction.surfaces_at(1, 2, ids=range(17))[0, 0] == 3
    assert prediction.surfaces_at(1, 2, ids=[11, 5])[0, 0] == 11
