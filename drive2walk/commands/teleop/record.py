"""``drive2walk teleop record``: a person or a script demonstrates a task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from drive2walk.locomotion.walking.controller import WalkingController
    from drive2walk.teleop.recording.record import RecordConfig


def record(
    *,
    dataset: Path,
    task: str = "tote",
    device: Literal["keyboard", "webxr", "gamepad", "scripted"] = "keyboard",
    episodes: int | None = None,
    first_seed: int | None = None,
    robot: str = "unitree_g1",
    port: int = 8765,
    lan: bool = False,
    videos: bool = True,
) -> None:
    """Record demonstrations of a task into a LeRobot dataset; adds to one that is there.

    Args:
        dataset: the dataset's folder.
        task: tote, sort or leaves.
        device: what the operator holds; 'scripted' needs no browser and no person.
        episodes: how many to save; a person may go on until Ctrl-C, a script does one.
        first_seed: of the first world; without it the one after the last recorded.
        robot: name of a robot spec, or a YAML file.
        port: where the page is served.
        lan: serve the page in the local network too, over TLS with a token.
        videos: render the videos at the end; 'drive2walk teleop repair' does it later.
    """
    from drive2walk.released import load_controller
    from drive2walk.robot.spec import load_robot
    from drive2walk.teleop.dataset.layout import DatasetLayout
    from drive2walk.teleop.recording.record import RecordConfig

    config = RecordConfig(task, dataset, episodes, first_seed, robot)
    controller = load_controller(load_robot(robot).menagerie)
    before = DatasetLayout(dataset).saved()
    try:
        if device == "scripted":
            _script(config, controller)
        else:
            _person(config, controller, device, port, lan)
    finally:  # a person ends a recording with Ctrl-C
        if videos and DatasetLayout(dataset).saved() != before:
            _make_videos(dataset)


def _script(config: RecordConfig, controller: WalkingController) -> None:
    from drive2walk.teleop.recording.record import record_scripted

    failures = record_scripted(config, controller, lambda line: print(line, flush=True))
    print(f"{failures} attempts failed and were discarded")


def _person(
    config: RecordConfig, controller: WalkingController, device: str, port: int, lan: bool
) -> None:
    from drive2walk.released import weights_path
    from drive2walk.robot.spec import load_robot
    from drive2walk.teleop.console.console import Console, ConsoleOptions
    from drive2walk.teleop.console.video.video import VideoSource
    from drive2walk.teleop.console.video.walkable_overlay import WalkableOverlay
    from drive2walk.teleop.operator.limits import OperatorLimits
    from drive2walk.teleop.recording.record import record_live
    from drive2walk.teleop.rendering.head_view import TaskHeadView

    surfaces = load_robot(config.robot).walkable_surfaces
    overlay = WalkableOverlay(weights_path("walking"), surfaces)
    video = VideoSource(TaskHeadView, overlay)
    with Console(device, ConsoleOptions(port, lan), OperatorLimits(), video) as console:
        print("Open one of these; Ctrl-C ends the recording:")
        for url in console.urls:
            print(f"  {url}", flush=True)
        record_live(config, controller, console)


def _make_videos(dataset: Path) -> None:
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.teleop.dataset.publish import publish
    from drive2walk.teleop.rendering.episode_images import EpisodeRenderer

    print(f"rendering videos; if you stop it: drive2walk teleop repair {dataset}", flush=True)
    published = publish(dataset, EpisodeRenderer(build_task).rgb)
    print(f"{len(published)} episodes got their videos in {dataset}")
