"""``drive2walk demo`` and ``preview``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT
from drive2walk.demo.config import DemoConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Demo:
    """Cross unseen scenes to a goal, with the head camera as the only eye.

    Attributes:
        settings: Scenes, robot and eyes.
        out: Folder for demo.mp4, report.html and report.json.
        workers: Number of processes, at best one a core. The report doesn't depend on it.
    """

    settings: Annotated[DemoConfig, FLAT] = dataclasses.field(default_factory=DemoConfig)
    out: Path = Path("runs/demo")
    workers: int = 1

    def run(self, line: CommandLine) -> None:
        """Walk, film and report."""
        import torch

        from drive2walk.demo.demo import run_demo

        # With one thread sums have one order, and a seed gives the same walk on every machine.
        torch.set_num_threads(1)
        run_demo(self.settings, self.out, self.workers)


def preview(
    *, film: Path = Path("runs/demo/demo.mp4"), out: Path, speed: float = 2.0, seconds: float = 15.0
) -> None:
    """Make a small moving picture (.webp) of a demo's film.

    Args:
        film: The demo.mp4 of a demo.
        out: The .webp file to write.
        speed: Speed of the picture as a multiple of the film's.
        seconds: Greatest length of the picture in seconds.
    """
    from drive2walk.films.preview import write_preview

    write_preview(film, out, speed, seconds)
