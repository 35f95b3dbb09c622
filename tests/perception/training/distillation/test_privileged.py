from pathlib import Path

import numpy as np
import pytest
import torch

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.inference.predictor import input_size
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX, Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge
from drive2walk.perception.training.distillation.network_inputs import stack_depth
from drive2walk.perception.training.distillation.privileged import PrivilegedPredictor, widen_input


def test_slopes_of_a_floor_and_of_walls_by_hand() -> None:
    # A level floor 1.25 m below the camera, from the first row below the horizon.
    height_m, rows = 1.25, torch.arange(1.0, 41.0)
    floor = (REFERENCE_FOCAL_PX * height_m / rows)[:, None].expand(40, 30)
    x = stack_depth(torch.rand(1, 3, 40, 30), floor[None])
    assert x.shape == (1, 7, 40, 30)
    inverse, across, down, known = x[0, 3:]
    assert torch.allclose(inverse, 1 / floor)
    assert torch.allclose(down[2:-2], torch.tensor(1 / height_m), atol=1e-4)
    assert across.abs().max() < 1e-4
    assert known.min() == 1
    wall = stack_depth(torch.rand(1, 3, 40, 30), torch.full((1, 40, 30), 3.0))[0, 3:]
    assert wall[1:3].abs().max() == 0


def test_unknown_depth_gives_no_slope() -> None:
    depth = torch.full((1, 20, 20), 2.0)
    depth[0, :, 10:] = 0
    inverse, across, _, known = stack_depth(torch.rand(1, 3, 20, 20), depth)[0, 3:]
    assert across.abs().max() == 0
    assert (known[:, :10] == 1).all()
    assert (known[:, 10:] == 0).all()
    assert (inverse[:, 10:] == 0).all()


def test_a_widened_network_keeps_its_weights_for_the_image(tiny_network: Network) -> None:
    rgb, depth = torch.rand(1, 3, 48, 64), torch.rand(1, 48, 64) + 1
    before = tiny_network(rgb).surfaces
    wide = widen_input(tiny_network)
    assert not torch.allclose(wide(stack_depth(rgb, depth)).surfaces, before)
    with torch.no_grad():
        for module in wide.trunk.modules():
            if isinstance(module, torch.nn.Conv2d) and module.in_channels == 7:
                module.weight[:, 3:] = 0
    assert torch.allclose(wide(stack_depth(rgb, depth)).surfaces, before, atol=1e-6)


def test_an_error_names_a_trunk_that_uses_the_image_twice() -> None:
    with pytest.raises(ConfigError, match="espnet"):
        widen_input(Network(NetworkConfig(trunk="espnet", neck_width=8, head_width=8)))


def test_a_teacher_sees_depth_and_refuses_a_sample_without_it(
    tiny_network: Network, folder: Path, walking_knowledge: Knowledge
) -> None:
    predictor = PrivilegedPredictor(widen_input(tiny_network).eval(), walking_knowledge)
    sample = Folder(folder, "val")[0]
    seen = predictor.see(sample)
    assert seen.walkable.shape == input_size(48, 64, walking_knowledge.input_size)
    assert sample.depth_m is not None
    nearer = Sample(sample.rgb, sample.surfaces, sample.depth_m / 4, sample.focal_px)
    assert not np.allclose(predictor.see(nearer).walkable, seen.walkable)
    # Twice the depth with twice the focal length is the same for the reference camera.
    assert sample.focal_px is not None
    zoomed = Sample(sample.rgb, sample.surfaces, sample.depth_m * 2, sample.focal_px * 2)
    assert np.allclose(predictor.see(zoomed).walkable, seen.walkable, atol=1e-5)
    with pytest.raises(DataError, match="depth"):
        predictor.see(Sample(sample.rgb, sample.surfaces))
