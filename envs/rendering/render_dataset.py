"""Rendering of labelled frames of many scenes to a dataset folder."""

from __future__ import annotations

import dataclasses
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from rich.progress import track

from drive2walk.envs.rendering.config import TASK_VIEWS, RenderConfig
from drive2walk.envs.rendering.dataset_folder import DatasetFolder
from drive2walk.envs.rendering.photographer import Photographer, ScenePhotographer
from drive2walk.envs.rendering.robot_photographer import RobotPhotographer
from drive2walk.envs.rendering.viewpoints import Viewpoint
from drive2walk.experiment.diversity import Diversity, parameter_diversity
from drive2walk.robot.surfaces import SURFACES

Job = tuple[RenderConfig, DatasetFolder, int]


def render_dataset(config: RenderConfig, out: Path, workers: int = 1) -> Diversity:
    """Render the frames of ``config`` into a folder.

    Frames depend on the config only, not on the number of workers. A folder of an interrupted run
    is completed.

    Args:
        config: Frames to render.
        out: The folder.
        workers: Number of processes.

    Returns:
        The diversity of the scenes' random parameters.

    Raises:
        RenderError: This machine has no OpenGL.
        DataError: The folder was begun with other settings.
    """
    folder = DatasetFolder(out)
    settings = dataclasses.asdict(config)
    if not config.lidar:
        del settings["lidar"]  # older folders have no such key and must be continued too
    folder.begin(settings, SURFACES)
    jobs = [(config, folder, seed) for seed in config.scene_seeds if not folder.has_scene(seed)]
    for _ in track(_run_jobs(jobs, workers), f"Rendering {config.scene} scenes", total=len(jobs)):
        pass
    parameters = folder.write_index(settings, config.val_seeds)
    return parameter_diversity(list(parameters.values()))


def _run_jobs(jobs: list[Job], workers: int) -> Iterator[None]:
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
    with _open_photographer(config, seed) as photographer:
        for k in range(config.frames_of(seed)):
            name = f"{config.scene}_{seed}_{k:02d}"
            view, rgb, (depth, mask) = photographer.take_picture()
            scan = photographer.scan(view, k) if config.lidar else None
            folder.write_frame(name, rgb, mask, depth, scan)
            cameras[name] = _camera_entry(view, config, seed)
        folder.finish_scene(seed, photographer.scene.parameters, cameras)


def _open_photographer(config: RenderConfig, seed: int) -> Photographer:
    size = (config.width, config.height)
    if config.scene == TASK_VIEWS:
        return RobotPhotographer(seed, size)
    return ScenePhotographer(config.scene, seed, size)


def _camera_entry(view: Viewpoint, config: RenderConfig, seed: int) -> dict[str, Any]:
    """Return a frame's entry in ``cameras.json``."""
    pinhole = dataclasses.asdict(view.pinhole(config.width, config.height))
    return {**pinhole, "T_world_camera": view.T_world_camera().tolist(), "seed": seed}
