"""Commands about the simulated world."""

from __future__ import annotations

from pathlib import Path


def render(
    *,
    out: Path,
    scene: str = "office",
    frames: int = 200,
    seed: int = 0,
    width: int = 320,
    height: int = 240,
    frames_per_scene: int = 8,
    val_fraction: float = 0.1,
    lidar: bool = False,
    workers: int = 1,
) -> None:
    """Render labelled frames of a scene to a dataset folder; a killed run goes on.

    Prints how diverse the scenes are.

    Args:
        out: the dataset folder.
        scene: office or street.
        frames: how many frames.
        seed: other seeds give other scenes.
        width: image width in pixels.
        height: image height in pixels.
        frames_per_scene: frames of each random scene.
        val_fraction: share of the scenes in the validation split.
        lidar: let a lidar on the head scan each frame too; labels without a person come from it.
        workers: processes that render.
    """
    from drive2walk.envs.rendering.config import RenderConfig
    from drive2walk.envs.rendering.render_dataset import render_dataset

    config = RenderConfig(scene, frames, seed, width, height, frames_per_scene, val_fraction, lidar)
    print(render_dataset(config, out, workers).text())


COMMANDS = {"render": render}
