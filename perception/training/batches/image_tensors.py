"""All images of a dataset as tensors in the memory of a device."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.utils.data
from numpy.typing import NDArray
from torch import Tensor

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.evaluation.metrics import thin_obstacles
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX
from drive2walk.robot.surfaces import UNLABELLED


class ImageTensors(NamedTuple):
    """The n images of a dataset, padded with zeros to one size; or one image, without axis n.

    Attributes:
        rgb: Images (n, 3, h, w), uint8.
        labels: Surface id, two-way label, and 1 on thin obstacles, (n, 3, h, w), uint8.
        depth: Z-depth (n, h, w) in metres for the reference focal length, float16; 0 where
            unknown.
        shape: Height and width of each image without padding, (n, 2).
    """

    rgb: Tensor
    labels: Tensor
    depth: Tensor
    shape: Tensor


def load_images(
    dataset: Dataset, walkable_ids: list[int], device: torch.device, workers: int
) -> ImageTensors:
    """Read all images of a dataset to a device.

    Args:
        dataset: Dataset to read.
        walkable_ids: Surface ids that count as walkable for thin obstacles.
        device: Device that holds the images.
        workers: Number of processes that read the images.

    Raises:
        ConfigError: The memory of the device is too small.
        DataError: An image can't be read.
    """
    reader = _SampleReader(dataset, walkable_ids)
    loader = torch.utils.data.DataLoader(reader, batch_size=None, num_workers=workers)
    images: ImageTensors | None = None
    for number, image in enumerate(loader):
        if images is None or _is_larger(image, images):
            images = _allocate(len(dataset), image, images, device)
        height, width = image.shape.tolist()
        images.rgb[number, :, :height, :width] = image.rgb.to(device)
        images.labels[number, :, :height, :width] = image.labels.to(device)
        images.depth[number, :height, :width] = image.depth.to(device)
        images.shape[number] = image.shape
    assert images is not None, "a dataset is never empty"
    return images


class _SampleReader(torch.utils.data.Dataset[ImageTensors]):
    """The samples of a dataset as tensors, for the processes of a loader."""

    def __init__(self, dataset: Dataset, walkable_ids: list[int]) -> None:
        self.dataset, self.walkable_ids = dataset, walkable_ids

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> ImageTensors:
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
        return ImageTensors(
            torch.from_numpy(sample.rgb).permute(2, 0, 1).contiguous(),
            torch.from_numpy(labels),
            torch.from_numpy(_reference_depth(sample).astype(np.float16)),
            torch.tensor(shape),
        )


def _reference_depth(sample: Sample) -> NDArray[np.float32]:
    if sample.depth_m is None or sample.focal_px is None:
        return np.zeros(sample.surfaces.shape, np.float32)
    return sample.depth_m * np.float32(REFERENCE_FOCAL_PX / sample.focal_px)


def _is_larger(image: ImageTensors, images: ImageTensors) -> bool:
    return any(a > b for a, b in zip(image.rgb.shape[1:], images.rgb.shape[2:], strict=True))


def _allocate(
    count: int, image: ImageTensors, images: ImageTensors | None, device: torch.device
) -> ImageTensors:
    """Return tensors for ``count`` images that fit ``image``, with a copy of ``images``."""
    height, width = image.rgb.shape[1:]
    if images is not None:
        height, width = (
            max(a, b) for a, b in zip((height, width), images.rgb.shape[2:], strict=True)
        )
    try:
        allocated = ImageTensors(
            torch.zeros((count, 3, height, width), dtype=torch.uint8, device=device),
            torch.zeros((count, 3, height, width), dtype=torch.uint8, device=device),
            torch.zeros((count, height, width), dtype=torch.float16, device=device),
            torch.zeros((count, 2), dtype=torch.int64, device=device),
        )
    except torch.OutOfMemoryError as error:
        raise ConfigError(
            f"images_on_device: {count} images of {width}x{height} don't fit into the memory of "
            f"'{device}'. Set images_on_device: false, so that processes make the batches."
        ) from error
    if images is not None:
        old = (..., slice(images.rgb.shape[2]), slice(images.rgb.shape[3]))
        for new, before in zip(allocated[:3], images[:3], strict=True):
            new[old] = before
        allocated.shape.copy_(images.shape)
    return allocated
