import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.batches.device_images import DeviceImages
from drive2walk.perception.training.batches.pixel_weights import PixelWeightConfig
from drive2walk.perception.training.batches.training_data import SourceConfig, TrainingData
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.train import Trainer
from drive2walk.robot.surfaces import SURFACES, UNLABELLED
from tests.perception.training.still_augmentation import STILL

CPU = torch.device("cpu")
FLOOR = SURFACES.index("floor")


def make(
    folder: Path, weights: PixelWeightConfig | None = None, augmentation: AugmentConfig = STILL
) -> DeviceImages:
    sources = {"set": SourceConfig("folder", 4, (1.0, 1.0), folder)}
    data = TrainingData(sources, (48, 64), 2, augmentation, 0)
    return DeviceImages(data, [FLOOR], weights or PixelWeightConfig(), CPU, 1)


def unmirrored(batch: Batch) -> list[np.ndarray]:
    """Return the images, each mirrored or not so that random mirroring has no effect."""
    pictures = (batch.rgb * 255).round().numpy()
    return [min((p, p[..., ::-1]), key=lambda q: q.tobytes()) for p in pictures]


def test_a_batch_equals_that_of_processes_apart_from_resampling(folder: Path) -> None:
    held = make(folder)
    for step in (0, 5):
        ours, theirs = held.batch(step), held.data.batch(step).to_device(CPU)
        for ours_field, theirs_field in zip(ours, theirs, strict=True):
            assert ours_field.shape == theirs_field.shape
            assert ours_field.dtype == theirs_field.dtype
        assert torch.equal(ours.labelled_classes, theirs.labelled_classes)
        assert torch.equal(ours.walkable, theirs.walkable)
    # At full size, both show the same images with the same labels.
    assert torch.equal(ours.surfaces.sum(dim=(1, 2)), theirs.surfaces.sum(dim=(1, 2)))
    assert torch.allclose(ours.depth.mean(dim=(1, 2)), theirs.depth.mean(dim=(1, 2)), rtol=1e-3)
    for a, b in zip(unmirrored(ours), unmirrored(theirs), strict=True):
        # The rows beside an edge differ: four points per pixel are softer than one.
        assert (np.abs(a - b) < 1).mean() > 0.9


def test_a_batch_depends_on_seed_and_step_alone(folder: Path) -> None:
    a, b = (make(folder, augmentation=AugmentConfig()) for _ in range(2))
    a.batch(0)
    assert torch.equal(a.batch(7).rgb, b.batch(7).rgb)
    assert not torch.equal(a.batch(7).rgb, a.batch(8).rgb)


class Poles(Dataset):
    """Two floors of different size below a wall, each with a thin pole."""

    def __init__(self) -> None:
        self.names = ["small", "large"]
        self.labelled = [FLOOR, SURFACES.index("wall")]

    def __getitem__(self, index: int) -> Sample:
        surfaces = self.surfaces(index)
        return Sample(np.repeat(surfaces[..., None] * 10, 3, axis=2), surfaces)

    def surfaces(self, index: int) -> np.ndarray:
        surfaces = np.full((48 * (index + 1), 64 * (index + 1)), FLOOR, np.uint8)
        surfaces[:10] = surfaces[:, 30:32] = SURFACES.index("wall")
        return surfaces


def test_edges_and_thin_obstacles_count_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SourceConfig, "open", lambda self, split, seed: Poles())
    held = make(folder, PixelWeightConfig(edge=2.0, edge_px=3, thin=5.0))
    batch = held.batch(9)
    small = batch.surfaces[(batch.surfaces != UNLABELLED).all(dim=(1, 2)).nonzero()[0]]
    assert small.shape[1:] == (48, 64)
    for surfaces, weight in zip(batch.surfaces, batch.pixel_weights, strict=True):
        pole = (surfaces == SURFACES.index("wall")) & (torch.arange(48) > 20)[:, None]
        assert (weight[pole] == 5).all()
        assert set(weight.unique().tolist()) <= {1.0, 2.0, 5.0}
    assert (batch.pixel_weights == 1).float().mean() > 0.3


def test_images_of_two_sizes_share_one_tensor(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SourceConfig, "open", lambda self, split, seed: Poles())
    held = make(folder).images[0]
    assert held.shape.tolist() == [[48, 64], [96, 128]]
    for index in range(2):
        height, width = held.shape[index].tolist()
        sample = Poles()[index]
        assert (held.rgb[index, :, :height, :width].permute(1, 2, 0).numpy() == sample.rgb).all()
        assert (held.labels[index, 0, :height, :width].numpy() == sample.surfaces).all()


def test_an_error_names_a_device_with_too_little_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> torch.Tensor:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(torch, "zeros", full)
    with pytest.raises(ConfigError, match=r"4 images of 64x48 don't fit .* 'cpu'"):
        make(folder)


def test_a_network_learns_from_images_on_the_device(
    folder: Path, tiny_config: NetworkConfig, tmp_path: Path
) -> None:
    config = NetworkTrainingConfig(
        sources={"set": SourceConfig("folder", 4, (1.0, 1.0), folder)},
        walkable=("floor",),
        input_size=(64, 48),
        size=(48, 64),
        network=tiny_config,
        steps=40,
        warmup_steps=5,
        learning_rate=1e-2,
        precision="float32",
        checkpoint_every=20,
        images_on_device=True,
    )
    curves = []
    for run in range(2):
        torch.manual_seed(0)
        trainer = Trainer(dataclasses.replace(config), Network(tiny_config))
        trainer.run(tmp_path / str(run), lambda network, knowledge: {}, lambda step, losses: None)
        curves.append(trainer.curve)
    assert curves[0][-1]["surface_loss"] < 0.6 * curves[0][0]["surface_loss"]
    assert curves[0] == curves[1]
