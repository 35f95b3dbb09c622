"""``drive2walk teleop record``."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT, ChosenDefaults
from drive2walk.commands.teleop.arm_policy import PolicyMaker, find_policy
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
        device: Device of the operator; 'scripted' and 'policy' need no browser and no person.
        policy: Released arm policy, folder of a training run or file, for --device policy.
        supervisor: Device of a person who watches the policy and may take over; by default none.
        console: Address of the operator's page.
        variation: Noise and mistakes of scripted episodes.
        workers: Number of processes, for episodes without a person and for the videos.
        videos: Whether to render the videos at the end; 'drive2walk teleop repair' does it later.
    """

    settings: Annotated[RecordConfig, FLAT, ChosenDefaults(_default_recording)]
    device: Literal["keyboard", "webxr", "gamepad", "scripted", "policy"] = "keyboard"
    policy: str | None = None
    supervisor: Literal["none", "keyboard", "webxr", "gamepad"] = "none"
    console: Annotated[ConsoleOptions, FLAT] = dataclasses.field(default_factory=ConsoleOptions)
    variation: Annotated[Variation, FLAT] = dataclasses.field(default_factory=Variation)
    workers: int = 1
    videos: bool = True

    def __post_init__(self) -> None:
        """Check that the settings belong to the device.

        Raises:
            ConfigError: A setting belongs to another device, the policy is missing, or the number
                of processes is below 1.
        """
        check_workers(self.workers)
        if self.device != "scripted" and self.variation != Variation():
            raise ConfigError(
                "--noise and --mistakes are for scripted episodes, not for "
                f"--device {self.device}. Leave them out, or give --device scripted."
            )
        steers = self.device == "policy"
        if steers != (self.policy is not None) or (self.supervisor != "none" and not steers):
            raise ConfigError(
                "--device policy needs --policy, and --policy and --supervisor need --device "
                "policy. Give a released name, the folder of a training run or a file."
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
            elif self.policy is not None and self.supervisor == "none":
                _record_policy(self, controller, find_policy(self.policy, self.settings))
            elif self.policy is not None:
                make_policy = find_policy(self.policy, self.settings)
                _record_person(self, controller, self.supervisor, make_policy)
            else:
                _record_person(self, controller, self.device, None)
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


def _record_policy(chosen: Record, controller: WalkingController, policy: PolicyMaker) -> None:
    from drive2walk.teleop.devices.policy_operator import PolicyOperator
    from drive2walk.teleop.recording.attempt import AttemptPlan
    from drive2walk.teleop.recording.record_unattended import record_unattended

    make_operator = functools.partial(PolicyOperator, make_policy=policy)
    plan = AttemptPlan(chosen.settings, controller, make_operator)
    failures = record_unattended(plan, lambda line: print(line, flush=True), chosen.workers)
    print(f"{failures} attempts failed and were discarded")


def _record_person(
    chosen: Record, controller: WalkingController, device: str, make_policy: PolicyMaker | None
) -> None:
    from drive2walk.checkpoints.released import weights_path
    from drive2walk.robot.spec import load_robot
    from drive2walk.teleop.console.console import Console
    from drive2walk.teleop.console.video.video import VideoSource
    from drive2walk.teleop.console.video.walkable_overlay import WalkableOverlay
    from drive2walk.teleop.operator.limits import OperatorLimits
    from drive2walk.teleop.recording.record_live import record_live
    from drive2walk.teleop.rendering.head_view import TaskHeadView

    surfaces = load_robot(chosen.settings.robot).walkable_surfaces
    overlay = WalkableOverlay(weights_path("walking"), surfaces)
    video = VideoSource(TaskHeadView, overlay)
    with Console(device, chosen.console, OperatorLimits(), video) as console:
        print("Open one of these addresses; Ctrl-C ends the recording:")
        for url in console.urls:
            print(f"  {url}", flush=True)
        record_live(chosen.settings, controller, console, make_policy=make_policy)


def _make_videos(dataset: Path, workers: int) -> None:
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.teleop.dataset.publish import publish
    from drive2walk.teleop.rendering.episode_images import EpisodeRenderer

    print(f"rendering videos; if you stop it: drive2walk teleop repair {dataset}", flush=True)
    published = publish(dataset, EpisodeRenderer(build_task).rgb, workers)
    print(f"{len(published)} episodes got their videos in {dataset}")
