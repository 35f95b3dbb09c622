"""``drive2walk teleop record``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.defaults import FLAT, ChosenDefaults
from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.ordered_workers import check_workers
from drive2walk.teleop.console.console import ConsoleOptions
from drive2walk.teleop.recording.attempt import Variation
from drive2walk.teleop.recording.record_config import RecordConfig

if TYPE_CHECKING:
    from drive2walk.locomotion.walking.controller import WalkingController


def _default_recording(line: CommandLine) -> RecordConfig:
    return RecordConfig(task="tote", dataset=tyro.MISSING)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Record:
    """Record demonstrations of a task into a LeRobot dataset.

    Episodes are added to a dataset that exists.

    Attributes:
        settings: Task, robot and number of episodes.
        device: Device of the operator; 'scripted' needs no browser and no person.
        console: Address of the operator's page.
        variation: Noise of scripted episodes.
        workers: Number of processes, for a scripted device and for the videos.
        videos: Whether to render the videos at the end; 'drive2walk teleop repair' does it later.
    """

    settings: Annotated[RecordConfig, FLAT, ChosenDefaults(_default_recording)]
    device: Literal["keyboard", "webxr", "gamepad", "scripted"] = "keyboard"
    console: Annotated[ConsoleOptions, FLAT] = dataclasses.field(default_factory=ConsoleOptions)
    variation: Annotated[Variation, FLAT] = dataclasses.field(default_factory=Variation)
    workers: int = 1
    videos: bool = True

    def __post_init__(self) -> None:
        """Check that the settings belong to the device.

        Raises:
            ConfigError: A setting of scripted episodes was given for a person's device, or the
                number of processes is below 1.
        """
        check_workers(self.workers)
        if self.device != "scripted" and self.variation != Variation():
            raise ConfigError(
                f"--noise is for scripted episodes, not for --device {self.device}. "
                "Leave it out, or give --device scripted."
            )

    def run(self, line: CommandLine) -> None:
        """Record, and render the videos of new episodes."""
        from drive2walk.checkpoints.released import load_controller
        from drive2walk.robot.spec import load_robot
        from drive2walk.teleop.dataset.layout import DatasetLayout

        dataset = self.settings.dataset
        controller = load_controller(load_robot(self.settings.robot).menagerie)
        before = DatasetLayout(dataset).saved()
        try:
            if self.device == "scripted":
                _record_script(self, controller)
            else:
                _record_person(self.settings, controller, self.device, self.console)
        finally:  # A person ends a recording with Ctrl-C.
            if self.videos and DatasetLayout(dataset).saved() != before:
                _make_videos(dataset, self.workers)


def _record_script(chosen: Record, controller: WalkingController) -> None:
    from drive2walk.teleop.recording.record_unattended import record_scripted

    failures = record_scripted(
        chosen.settings,
        controller,
        lambda line: print(line, flush=True),
        chosen.variation,
        chosen.workers,
    )
    print(f"{failures} attempts failed and were discarded")


def _record_person(
    config: RecordConfig, controller: WalkingController, device: str, options: ConsoleOptions
) -> None:
    from drive2walk.checkpoints.released import weights_path
    from drive2walk.robot.spec import load_robot
    from drive2walk.teleop.console.console import Console
    from drive2walk.teleop.console.video.video import VideoSource
    from drive2walk.teleop.console.video.walkable_overlay import WalkableOverlay
    from drive2walk.teleop.operator.limits import OperatorLimits
    from drive2walk.teleop.recording.record_live import record_live
    from drive2walk.teleop.rendering.head_view import TaskHeadView

    surfaces = load_robot(config.robot).walkable_surfaces
    overlay = WalkableOverlay(weights_path("walking"), surfaces)
    video = VideoSource(TaskHeadView, overlay)
    with Console(device, options, OperatorLimits(), video) as console:
        print("Open one of these addresses; Ctrl-C ends the recording:")
        for url in console.urls:
            print(f"  {url}", flush=True)
        record_live(config, controller, console)


def _make_videos(dataset: Path, workers: int) -> None:
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.teleop.dataset.publish import publish
    from drive2walk.teleop.rendering.episode_images import EpisodeRenderer

    print(f"rendering videos; if you stop it: drive2walk teleop repair {dataset}", flush=True)
    published = publish(dataset, EpisodeRenderer(build_task).rgb, workers)
    print(f"{len(published)} episodes got their videos in {dataset}")
