"""Renders labelled frames of many scenes to a dataset folder."""

from __future__ import annotations

import dataclasses
import math
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from drive2walk.envs.rendering.dataset_folder import DatasetFolder
from drive2walk.envs.rendering.viewpoints import VIEWPOINTS, Viewpoint
from drive2walk.envs.scenes.free_space import scene_free_space
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.sensors.geom_classes import geom_classes
from drive2walk.envs.sensors.lidar import Lidar, Scan
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.diversity import Diversity, parameter_diversity
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.robot.surfaces import SURFACES

CAMERA = "dataset"
# Scenes for data start here, so that demos and tests (small seeds) never saw them.
FIRST_SEED = 1_000_000
SEEDS_PER_RUN = 100_000
TRIES = 20
MAX_PIXELS = 4096
NEAR_M = 0.3
NEAR_SHARE = 0.02
GROUND_SHARE = 0.05
GROUNDLESS_FRAMES = 0.05
SHADOW_SCENES = 0.25
GROUND = [SURFACES.index(name) for name in ("floor", "road", "sidewalk")]

Labels = tuple[NDArray[np.float32], NDArray[np.uint8]]


@dataclasses.dataclass(frozen=True)
class RenderConfig:
    """What to render.

    Attributes:
        scene: name of the scene.
        frames: how many frames in all.
        seed: chooses the scenes; other seeds give other scenes.
        width, height: image size in pixels.
        frames_per_scene: frames of each scene.
        val_fraction: share of the scenes that make the validation split.
        lidar: whether the robot's lidar scans each frame too.
    """

    scene: str
    frames: int
    seed: int = 0
    width: int = 320
    height: int = 240
    frames_per_scene: int = 8
    val_fraction: float = 0.1
    lidar: bool = False

    def __post_init__(self) -> None:
        """Check the values."""
        if self.scene not in SCENES:
            raise ConfigError(unknown_name("scene", self.scene, SCENES))
        if min(self.frames, self.frames_per_scene, self.width, self.height) < 1:
            raise ConfigError("frames, frames per scene, width and height must be at least 1.")
        if max(self.width, self.height) > MAX_PIXELS:
            raise ConfigError(f"width and height must be at most {MAX_PIXELS}.")
        if not 0 <= self.val_fraction < 1:
            raise ConfigError(f"val fraction is {self.val_fraction}; give one in [0, 1).")
        check_seed(self.seed)

    @property
    def scene_seeds(self) -> list[int]:
        """The seed of every scene that is rendered."""
        count = math.ceil(self.frames / self.frames_per_scene)
        return [FIRST_SEED + self.seed * SEEDS_PER_RUN + k for k in range(count)]

    @property
    def val_seeds(self) -> set[int]:
        """The seeds of the scenes for validation, spread evenly over all."""
        share = self.val_fraction
        seeds = self.scene_seeds
        return {
            seed
            for k, seed in enumerate(seeds)
            if math.floor((k + 1) * share + 1e-9) > math.floor(k * share + 1e-9)
        }

    def frames_of(self, scene_seed: int) -> int:
        """Return how many frames this scene gives; the last one may give fewer."""
        before = (scene_seed - self.scene_seeds[0]) * self.frames_per_scene
        return min(self.frames_per_scene, self.frames - before)


def render_dataset(config: RenderConfig, out: Path, workers: int = 1) -> Diversity:
    """Render ``config`` into the folder ``out`` in ``workers`` processes.

    Frames depend on the config alone, not on ``workers``. A folder that a killed run left is
    completed.

    Returns:
        How diverse the scenes' drawn factors are.

    Raises:
        RenderError: this machine has no OpenGL.
        DataError: ``out`` was begun with other settings.
    """
    folder = DatasetFolder(out)
    settings = dataclasses.asdict(config)
    if not config.lidar:
        del settings["lidar"]  # folders begun before there was a lidar go on too
    folder.begin(settings, SURFACES)
    jobs = [(config, folder, seed) for seed in config.scene_seeds if not folder.has_scene(seed)]
    for _ in track(_run(jobs, workers), f"Rendering {config.scene} scenes", total=len(jobs)):
        pass
    drawn = folder.write_index(settings, config.val_seeds)
    return parameter_diversity(list(drawn.values()))


Job = tuple[RenderConfig, DatasetFolder, int]


def _run(jobs: list[Job], workers: int) -> Iterator[None]:
    if workers <= 1 or len(jobs) < 2:
        yield from map(_render_scene, jobs)
        return
    # An OpenGL context doesn't survive a fork.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        yield from pool.map(_render_scene, jobs)


def _render_scene(job: Job) -> None:
    config, folder, seed = job
    cameras: dict[str, dict[str, Any]] = {}
    with ScenePhotographer(config.scene, seed, config.width, config.height) as photographer:
        for k in range(config.frames_of(seed)):
            name = f"{config.scene}_{seed}_{k:02d}"
            view, rgb, (depth, mask) = photographer.shoot()
            scan = photographer.scan(view, k) if config.lidar else None
            folder.write_frame(name, rgb, mask, depth, scan)
            cameras[name] = _camera_entry(view, config, seed)
        folder.finish_scene(seed, photographer.scene.parameters, cameras)


def _camera_entry(view: Viewpoint, config: RenderConfig, seed: int) -> dict[str, Any]:
    pinhole = dataclasses.asdict(view.pinhole(config.width, config.height))
    return {**pinhole, "T_world_camera": view.T_world_camera().tolist(), "seed": seed}


class ScenePhotographer:
    """Takes labelled pictures at random places of one scene.

    Args:
        kind: name of the scene.
        seed: the scene's seed; it fixes the pictures too.
        width, height: image size in pixels.

    Raises:
        RenderError: this machine has no OpenGL.
    """

    def __init__(self, kind: str, seed: int, width: int, height: int) -> None:
        self.scene = SCENES[kind](seed)
        self._draw = VIEWPOINTS[kind]
        self._rng = np.random.default_rng([seed, 1])
        self._space = scene_free_space(self.scene)
        self.scene.spec.worldbody.add_camera(name=CAMERA)
        self._model = self.scene.spec.compile()
        self._data = mujoco.MjData(self._model)
        self._classes = geom_classes(self._model, self.scene.surfaces, SURFACES)
        self._lamps = self._model.light_diffuse.copy()
        self._ambient = self._model.vis.headlight.ambient.copy()
        shadows = bool(self._rng.random() < SHADOW_SCENES)
        self._camera = Camera(self._model, CAMERA, width, height, shadows=shadows)
        self._seed = seed
        self._lidar = Lidar(self._model)

    def __enter__(self) -> ScenePhotographer:
        return self

    def __exit__(self, *_: object) -> None:
        self._camera.close()

    def shoot(self) -> tuple[Viewpoint, NDArray[np.uint8], Labels]:
        """Return a viewpoint, its colour image, and its depth in metres with its mask."""
        self._vary_light()
        needs_ground = self._rng.random() >= GROUNDLESS_FRAMES
        for _ in range(TRIES):
            view = self._draw(self._rng, self.scene, self._space)
            self._aim(view)
            depth, mask = self._camera.depth_and_surfaces(self._data, self._classes)
            if _is_clear(depth) and (_shows_ground(mask) or not needs_ground):
                break
        return view, self._camera.rgb(self._data), (depth, mask)

    def scan(self, view: Viewpoint, frame: int) -> Scan:
        """Return what the lidar sees beside the last picture; it changes no later picture."""
        pinhole = view.pinhole(self._camera.width, self._camera.height)
        rng = np.random.default_rng([self._seed, 2, frame])
        return self._lidar.scan(self._data, pinhole, view.T_world_camera(), rng)

    def _aim(self, view: Viewpoint) -> None:
        model = self._model
        model.cam_pos[0] = (view.x, view.y, view.z)
        mujoco.mju_mat2Quat(model.cam_quat[0], view.mujoco_rotation().ravel())
        model.cam_fovy[0] = math.degrees(view.vertical_fov)
        mujoco.mj_forward(model, self._data)

    def _vary_light(self) -> None:
        strengths = self._rng.uniform(0.7, 1.3, (len(self._lamps), 1))
        self._model.light_diffuse[:] = self._lamps * strengths
        self._model.vis.headlight.ambient[:] = self._ambient * self._rng.uniform(0.8, 1.2)


def _is_clear(depth: NDArray[np.float32]) -> bool:
    """Tell whether no thing is right before the lens."""
    return bool(((depth > 0) & (depth < NEAR_M)).mean() < NEAR_SHARE)


def _shows_ground(mask: NDArray[np.uint8]) -> bool:
    return bool(np.isin(mask, GROUND).mean() >= GROUND_SHARE)
