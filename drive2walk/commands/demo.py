"""``drive2walk demo`` and ``preview``: a robot crosses offices it has never seen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def demo(
    *,
    out: Path = Path("runs/demo"),
    robot: str = "unitree_g1",
    scene: str = "office",
    seeds: int = 1,
    first_seed: int = 1000,
    oracle: Literal["vision"] | None = None,
    weights: str = "walking",
) -> None:
    """Walk through unseen scenes to a goal, seeing through the head camera alone.

    Args:
        out: folder for demo.mp4, report.html and report.json.
        robot: name of a robot spec, or a YAML file.
        scene: kind of scene.
        seeds: number of scenes.
        first_seed: seed of the first scene; the networks were trained on scenes of other seeds.
        oracle: 'vision' replaces the network by the simulator's true surfaces and depth.
        weights: name of released perception weights, or a file.
    """
    import torch

    from drive2walk.demo.demo import DemoConfig, run_demo

    # Sums are then taken in one order, so that a seed gives one walk on any number of cores.
    torch.set_num_threads(1)
    run_demo(DemoConfig(robot, scene, seeds, first_seed, oracle, weights), out)


def preview(
    *, film: Path = Path("runs/demo/demo.mp4"), out: Path, speed: float = 2.0, seconds: float = 15.0
) -> None:
    """Make a small moving picture (.webp) of a demo's film.

    Args:
        film: the demo.mp4 of a demo.
        out: the .webp file to write.
        speed: how many times faster than the film.
        seconds: the longest that the picture may last.
    """
    from drive2walk.films.preview import write_preview

    write_preview(film, out, speed, seconds)
