"""Images that the learning device holds, so that it makes the batches itself.

A GPU learns from a few thousand views a second; sixteen processors that read, warp and relight
images one by one make fewer. Here each image is read once, and a batch is cut from all of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.utils.data
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.evaluation.metrics import thin_obstacles
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX
from drive2walk.perception.training.augmentation.batch_light import relight
from drive2walk.perception.training.augmentation.batch_random import Chance
from drive2walk.perception.training.augmentation.batch_views import draw_views, look
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.batches.training_data import TrainingData
from drive2walk.perception.training.losses.pixel_weights import EmphasisConfig
from drive2walk.robot.surfaces import UNLABELLED


class Held(NamedTuple):
    """One dataset's n images, or one of them without the first axis; smaller ones end in zeros.

    Attributes:
        rgb: (n, 3, h, w) bytes.
        labels: (n, 3, h, w) bytes: surface, two-way label, and 1 on thin obstacles.
        depth: (n, h, w) reference-focal z-depth in metres, half precision, 0 where unknown.
        shape: (n, 2) each image's own height and width.
    """

    rgb: Tensor
    labels: Tensor
    depth: Tensor
    shape: Tensor


class HeldImages:
    """Makes the batches of ``TrainingData`` on a device, each a function of seed and step alone.

    They show the same images in the same order as those made by processes, but not the same
    views: chance is drawn on the device.
    """

    def __init__(
        self,
        data: TrainingData,
        walkable_ids: list[int],
        emphasis: EmphasisConfig,
        device: torch.device,
        workers: int,
    ) -> None:
        """Read every training image onto ``device``, by ``workers`` processes.

        Raises:
            ConfigError: the device is too small for all of them.
            DataError: an image can't be read.
        """
        self.data, self.emphasis, self.device = data, emphasis, device
        self.walkable_ids = torch.tensor(walkable_ids, device=device)
        self.held = [
            _hold(_Readable(dataset, walkable_ids), device, workers) for dataset in data.datasets
        ]

    def batch(self, step: int) -> Batch:
        """Return the batch of ``step`` as ``Batch.on`` would, on the device."""
        size, parts = self.data.size_at(step), []
        for number in range(len(self.held)):
            scale = self.data.scale_at(number, step)
            indices = torch.tensor(self.data.indices(number, step), device=self.device)
            chance = Chance((self.data.seed, step, number), len(indices), self.device)
            parts.append(self._views(number, indices, size, scale, chance))
        return Batch(*(torch.cat(tensors) for tensors in zip(*parts, strict=True)))

    def _views(
        self,
        number: int,
        indices: Tensor,
        size: tuple[int, int],
        scale: tuple[float, float],
        chance: Chance,
    ) -> Batch:
        held, config = self.held[number], self.data.augmentation
        views = draw_views(held.shape[indices], size, scale, config, chance)
        rgb, labels, depth = look(held.rgb, held.labels, held.depth, indices, views, size)
        surfaces, walkable, thin = labels.unbind(1)
        told, two_way = (
            row.to(self.device).expand(len(indices), -1) for row in self.data.labels_of(number)
        )
        return Batch(
            relight(rgb, config, chance),
            surfaces.long(),
            depth / views.scale[:, None, None],
            told,
            walkable.long(),
            two_way,
            self._emphasis(surfaces, thin),
        )

    def _emphasis(self, surfaces: Tensor, thin: Tensor) -> Tensor:
        """Return what ``emphasis.emphasis`` does, of thin obstacles found before the view was."""
        known = surfaces != UNLABELLED
        walkable = torch.isin(surfaces, self.walkable_ids)
        reach = self.emphasis.edge_px
        near_ground, near_rest = (
            F.max_pool2d(mask[:, None].half(), 2 * reach + 1, 1, reach)[:, 0] > 0
            for mask in (walkable, known & ~walkable)
        )
        weight = torch.ones(surfaces.shape, device=self.device)
        weight[near_ground & near_rest] = self.emphasis.edge
        return torch.where(thin == 1, weight.clamp(min=self.emphasis.thin), weight)


class _Readable(torch.utils.data.Dataset[Held]):
    """A dataset's images as they are held, for a loader's processes."""

    def __init__(self, dataset: Dataset, walkable_ids: list[int]) -> None:
        self.dataset, self.walkable_ids = dataset, walkable_ids

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> Held:
        sample = self.dataset[index]
        shape = sample.surfaces.shape
        two_way = np.full(shape, UNLABELLED, np.uint8)
        known = sample.surfaces != UNLABELLED
        thin = thin_obstacles(np.isin(sample.surfaces, self.walkable_ids), known)
        labels = np.stack(
            [
                sample.surfaces,
                two_way if sample.walkable is None else sample.walkable,
                thin.astype(np.uint8),
            ]
        )
        return Held(
            torch.from_numpy(sample.rgb).permute(2, 0, 1).contiguous(),
            torch.from_numpy(labels),
            torch.from_numpy(_reference_depth(sample).astype(np.float16)),
            torch.tensor(shape),
        )


def _reference_depth(sample: Sample) -> NDArray[np.float32]:
    if sample.depth_m is None or sample.focal_px is None:
        return np.zeros(sample.surfaces.shape, np.float32)
    return sample.depth_m * np.float32(REFERENCE_FOCAL_PX / sample.focal_px)


def _hold(images: _Readable, device: torch.device, workers: int) -> Held:
    loader = torch.utils.data.DataLoader(images, batch_size=None, num_workers=workers)
    held: Held | None = None
    for number, image in enumerate(loader):
        if held is None or _outgrows(image, held):
            held = _room(len(images), image, held, device)
        height, width = image.shape.tolist()
        held.rgb[number, :, :height, :width] = image.rgb.to(device)
        held.labels[number, :, :height, :width] = image.labels.to(device)
        held.depth[number, :height, :width] = image.depth.to(device)
        held.shape[number] = image.shape
    assert held is not None, "datasets are never empty"
    return held


def _outgrows(image: Held, held: Held) -> bool:
    return any(a > b for a, b in zip(image.rgb.shape[1:], held.rgb.shape[2:], strict=True))


def _room(count: int, image: Held, held: Held | None, device: torch.device) -> Held:
    """Return room for ``count`` images as large as ``image`` and those ``held`` so far."""
    height, width = image.rgb.shape[1:]
    if held is not None:
        height, width = (
            max(a, b) for a, b in zip((height, width), held.rgb.shape[2:], strict=True)
        )
    try:
        room = Held(
            torch.zeros((count, 3, height, width), dtype=torch.uint8, device=device),
            torch.zeros((count, 3, height, width), dtype=torch.uint8, device=device),
            torch.zeros((count, height, width), dtype=torch.float16, device=device),
            torch.zeros((count, 2), dtype=torch.int64, device=device),
        )
    except torch.OutOfMemoryError as error:
        raise ConfigError(
            f"hold_images: {count} images of {width}x{height} don't fit into the memory of "
            f"'{device}'. Set hold_images: false, and processes make the batches."
        ) from error
    if held is not None:
        old = (..., slice(held.rgb.shape[2]), slice(held.rgb.shape[3]))
        for new, before in zip(room[:3], held[:3], strict=True):
            new[old] = before
        room.shape.copy_(held.shape)
    return room
