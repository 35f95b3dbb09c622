"""The eye gives the trunk's map, and beside it the image's own colours at the same places."""

import pytest
import torch
from torch.nn import functional as F

from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.teleop.imitation.inputs.image_features import (
    CELL_PX,
    COLOUR_CHANNELS,
    COLOUR_PX,
    GRID,
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    Eye,
    compute_fingerprint,
    see,
)


@pytest.fixture
def eye() -> Eye:
    torch.manual_seed(0)
    return Eye(Network(NetworkConfig())).eval()


def test_a_red_square_is_red_in_its_cell(eye: Eye) -> None:
    image = torch.zeros(1, IMAGE_HEIGHT, IMAGE_WIDTH, 3, dtype=torch.uint8)
    row, column = 5, 13
    top, left = row * CELL_PX, column * CELL_PX + COLOUR_PX
    image[0, top : top + COLOUR_PX, left : left + COLOUR_PX, 0] = 255
    shapes, colours = see(eye, image)
    assert shapes.shape == (1, eye.width, *GRID)
    assert colours.shape == (1, COLOUR_CHANNELS, *GRID)
    assert float(colours[0, :3].sum()) == pytest.approx(1.0)
    # The upper right square of the cell is red.
    assert float(colours[0, 1, row, column]) == 1.0
    assert float(colours.sum()) == 1.0


def test_colours_are_shrunk_pixels(eye: Eye) -> None:
    image = torch.randint(0, 256, (2, IMAGE_HEIGHT, IMAGE_WIDTH, 3), dtype=torch.uint8)
    small = F.avg_pool2d(image.permute(0, 3, 1, 2).float() / 255, COLOUR_PX)
    wanted = F.pixel_unshuffle(small, CELL_PX // COLOUR_PX)
    torch.testing.assert_close(see(eye, image).colours, wanted)


def test_other_weights_have_another_fingerprint(eye: Eye) -> None:
    before = compute_fingerprint(eye)
    assert before == compute_fingerprint(eye)
    with torch.no_grad():
        next(eye.trunk.parameters()).add_(1e-3)
    assert compute_fingerprint(eye) != before
