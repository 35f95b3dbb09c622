"""Batches made on the device that learns, from images in its memory.

A GPU learns from several thousand examples per second; sixteen CPU cores that read, warp and
relight images one by one make fewer. Here the images are read once, and a batch is cut from all of
them together.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.perception.training.augmentation.batch_light import relight
from drive2walk.perception.training.augmentation.batch_random import BatchRandom
from drive2walk.perception.training.augmentation.batch_views import cut_views, draw_views
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.batches.image_tensors import load_images
from drive2walk.perception.training.batches.pixel_weights import PixelWeightConfig
from drive2walk.perception.training.batches.training_data import TrainingData
from drive2walk.robot.surfaces import UNLABELLED


class DeviceImages:
    """Makes the batches of ``TrainingData`` on a device, determined by seed and step.

    The batches show the same images in the same order as those of ``TrainingData``, but other
    crops under other light, because the random numbers are drawn on the device.
    """

    def __init__(
        self,
        data: TrainingData,
        walkable_ids: list[int],
        pixel_weights: PixelWeightConfig,
        device: torch.device,
        workers: int,
    ) -> None:
        """Read every training image to ``device``.

        Args:
            data: Sources, sizes and augmentation of the batches.
            walkable_ids: Surface ids that count as walkable for the weights of pixels.
            pixel_weights: Weights of pixels in the surface loss.
            device: Device that holds the images.
            workers: Number of processes that read the images.

        Raises:
            ConfigError: The memory of the device is too small.
            DataError: An image can't be read.
        """
        self.data, self.pixel_weights, self.device = data, pixel_weights, device
        self.walkable_ids = torch.tensor(walkable_ids, device=device)
        self.images = [
            load_images(dataset, walkable_ids, device, workers) for dataset in data.datasets
        ]

    def batch(self, step: int) -> Batch:
        """Return the batch of ``step`` on the device, in the form of ``Batch.to_device``."""
        size, parts = self.data.size_at(step), []
        for number in range(len(self.images)):
            scale_range = self.data.scale_range_at(number, step)
            indices = torch.tensor(self.data.indices(number, step), device=self.device)
            rng = BatchRandom((self.data.seed, step, number), len(indices), self.device)
            parts.append(self._cut_examples(number, indices, size, scale_range, rng))
        return Batch(*(torch.cat(tensors) for tensors in zip(*parts, strict=True)))

    def _cut_examples(
        self,
        number: int,
        indices: Tensor,
        size: tuple[int, int],
        scale_range: tuple[float, float],
        rng: BatchRandom,
    ) -> Batch:
        images, config = self.images[number], self.data.augmentation
        views = draw_views(images.shape[indices], size, scale_range, config, rng)
        rgb, labels, depth = cut_views(
            images.rgb, images.labels, images.depth, indices, views, size
        )
        surfaces, walkable, thin = labels.unbind(1)
        labelled_classes, two_way = (
            row.to(self.device).expand(len(indices), -1) for row in self.data.label_classes(number)
        )
        return Batch(
            relight(rgb, config, rng),
            surfaces.long(),
            depth / views.scale[:, None, None],
            labelled_classes,
            walkable.long(),
            two_way,
            self._weigh_pixels(surfaces, thin),
        )

    def _weigh_pixels(self, surfaces: Tensor, thin: Tensor) -> Tensor:
        """Return ``pixel_weights.weigh_pixels``, with thin obstacles of the whole image."""
        known = surfaces != UNLABELLED
        walkable = torch.isin(surfaces, self.walkable_ids)
        radius = self.pixel_weights.edge_px
        near_ground, near_rest = (
            F.max_pool2d(mask[:, None].half(), 2 * radius + 1, 1, radius)[:, 0] > 0
            for mask in (walkable, known & ~walkable)
        )
        weight = torch.ones(surfaces.shape, device=self.device)
        weight[near_ground & near_rest] = self.pixel_weights.edge
        return torch.where(thin == 1, weight.clamp(min=self.pixel_weights.thin), weight)
