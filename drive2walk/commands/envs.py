"""``drive2walk envs render``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT
from drive2walk.envs.rendering.config import RenderConfig
from drive2walk.envs.rendering.render_dataset import render_dataset


def _default_render() -> RenderConfig:
    return RenderConfig(scene="office", frames=200)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Render:
    """Render labelled frames of a scene to a dataset.

    Prints the diversity of the scenes. A run that was stopped continues.

    Attributes:
        settings: Scenes, frames and sensors.
        out: Folder of the dataset.
        workers: Number of processes.
    """

    settings: Annotated[RenderConfig, FLAT] = dataclasses.field(default_factory=_default_render)
    out: Path
    workers: int = 1

    def run(self, line: CommandLine) -> None:
        """Render and print the diversity."""
        print(render_dataset(self.settings, self.out, self.workers).text())
