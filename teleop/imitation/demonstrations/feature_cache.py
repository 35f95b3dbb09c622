"""A cache of what a policy sees in demonstrations: images, and features of a frozen trunk.

Rendering an image costs ten times as much as learning from it, so both are computed once. A file
appears whole or not at all, so an interrupted run goes on where it was.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import mujoco
import numpy as np
import torch
from numpy.typing import NDArray

from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.tasks.registry import build_task
from drive2walk.experiment.ordered_workers import run_in_order
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.augmentation.light import relight
from drive2walk.robot.assets.meshes import cache_folder
from drive2walk.teleop.dataset.files.durable import durable
from drive2walk.teleop.imitation.demonstrations.demonstration import Demonstration
from drive2walk.teleop.imitation.inputs.image_features import (
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    Eye,
    compute_fingerprint,
    see,
)
from drive2walk.teleop.imitation.inputs.memory import NUM_STAGES

# Colours name things (the bin of a part's colour), so they change little.
AUGMENTATION = AugmentConfig(texture_probability=0.0, degrade_probability=0.3)
BATCH = 32


@dataclasses.dataclass(frozen=True)
class CachedEpisode:
    """Files of one demonstration, opened when they are read.

    Attributes:
        folder: Folder of its files.
    """

    folder: Path

    def images(self) -> NDArray[np.uint8]:
        """Return the head image of each moment, (T, IMAGE_HEIGHT, IMAGE_WIDTH, 3)."""
        return np.load(self.folder / "images.npy", mmap_mode="r")

    def stages(self) -> NDArray[np.float32]:
        """Return which stages are behind at each moment, (T, NUM_STAGES); nan is unknown."""
        return np.load(self.folder / "stages.npy")

    def shapes(self, eye: str, view: int) -> NDArray[np.float16]:
        """Return the trunk's map of each moment in a view, (T, width, rows, columns)."""
        return np.load(self.folder / f"shapes_{eye}_{view}.npy", mmap_mode="r")

    def colours(self, view: int) -> NDArray[np.float16]:
        """Return the colours of each moment in a view, (T, COLOUR_CHANNELS, rows, columns)."""
        return np.load(self.folder / f"colours_{view}.npy", mmap_mode="r")


def open_cache(demonstration: Demonstration, root: Path | None = None) -> CachedEpisode:
    """Return the place of a demonstration in the cache; ``root`` is by default the user's cache."""
    name = f"{demonstration.episode.states_id}_{len(demonstration)}_{IMAGE_WIDTH}x{IMAGE_HEIGHT}"
    return CachedEpisode((root or cache_folder() / "imitation") / name)


def fill_cache(
    demonstrations: Sequence[Demonstration], eye: Eye | None, views: int, workers: int = 1
) -> Iterator[CachedEpisode]:
    """Compute what the cache lacks, and yield the cached demonstrations in their order.

    Args:
        demonstrations: Demonstrations to see.
        eye: Frozen eye; None computes the images alone, for an eye that learns.
        views: Number of views of every image; all but the first are in other light.
        workers: Number of processes.

    Raises:
        DataError: A file can't be written.
        RenderError: This machine can't render.
    """
    seeing = Seeing(eye, "" if eye is None else compute_fingerprint(eye), views)
    lacking = [d for d in demonstrations if not seeing.is_complete(open_cache(d))]
    processes = min(workers, max(1, len(lacking)))
    with closing(run_in_order(functools.partial(_fill, seeing=seeing), lacking, processes)) as done:
        for demonstration in demonstrations:
            if any(demonstration is one for one in lacking):
                next(done)
            yield open_cache(demonstration)


@dataclasses.dataclass(frozen=True)
class Seeing:
    """How demonstrations are seen.

    Attributes:
        eye: Frozen eye; None computes the images alone.
        mark: Fingerprint of the eye.
        views: Number of views of every image.
    """

    eye: Eye | None
    mark: str
    views: int

    def is_complete(self, cached: CachedEpisode) -> bool:
        """Return whether the cache has everything of a demonstration."""
        names = ["images", "stages"]
        if self.eye is not None:
            names += [f"colours_{view}" for view in range(self.views)]
            names += [f"shapes_{self.mark}_{view}" for view in range(self.views)]
        return all((cached.folder / f"{name}.npy").is_file() for name in names)


def _fill(demonstration: Demonstration, seeing: Seeing) -> None:
    torch.set_num_threads(1)
    cached = open_cache(demonstration)
    if seeing.is_complete(cached):
        return
    if not (cached.folder / "images.npy").is_file():
        images, stages = _render(demonstration)
        _write(cached.folder / "stages.npy", stages)
        _write(cached.folder / "images.npy", images)
    if seeing.eye is None:
        return
    images = np.array(cached.images())
    for view in range(seeing.views):
        rng = np.random.default_rng([view, len(images)])
        lit = images if view == 0 else relight_images(images, rng)
        features = [see(seeing.eye, torch.from_numpy(part)) for part in _split(lit)]
        shapes, colours = (torch.cat(parts).numpy() for parts in zip(*features, strict=True))
        _write(cached.folder / f"shapes_{seeing.mark}_{view}.npy", shapes.astype(np.float16))
        _write(cached.folder / f"colours_{view}.npy", colours.astype(np.float16))


def relight_images(images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return images (n, height, width, 3) each in other light, with almost the same colours."""
    return np.stack([relight(image, AUGMENTATION, rng) for image in images])


def _render(demonstration: Demonstration) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the head images (T, height, width, 3) and the stages (T, NUM_STAGES)."""
    world = build_task(demonstration.episode.scene)
    columns, count = demonstration.episode.columns, len(demonstration)
    images = np.empty((count, IMAGE_HEIGHT, IMAGE_WIDTH, 3), dtype=np.uint8)
    stages = np.empty((count, NUM_STAGES), dtype=np.float32)
    with Camera(world.model, world.head_camera, IMAGE_WIDTH, IMAGE_HEIGHT) as camera:
        for k, frame in enumerate(demonstration.frames):
            world.data.qpos[:] = columns["sim.qpos"][frame]
            world.data.qvel[:] = columns["sim.qvel"][frame]
            mujoco.mj_forward(world.model, world.data)
            images[k] = camera.rgb(world.data)
            stages[k] = list(world.stages().values())
    return images, stages


def _split(images: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    for start in range(0, len(images), BATCH):
        yield images[start : start + BATCH]


def _write(path: Path, values: NDArray[np.generic]) -> None:
    with durable(path) as part, part.open("wb") as file:
        np.save(file, values)
