"""The demo: a robot starts in scenes it has never seen and walks to a goal."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from drive2walk.checkpoints.released import load_controller, load_predictor
from drive2walk.demo.config import DemoConfig
from drive2walk.demo.crossing import RunningCrossing, TrainedRobot
from drive2walk.demo.report import Crossing, write_report
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.camera import Camera
from drive2walk.eyes import CameraEyes, Eyes, OracleEyes
from drive2walk.films.demo_frame import compose_frame
from drive2walk.films.film import Film
from drive2walk.films.third_person import ThirdPerson
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S

TIME_LIMIT_S = 120.0


def load_trained_robot(config: DemoConfig) -> TrainedRobot:
    """Return the robot of the config with its released networks.

    Raises:
        ConfigError: The robot doesn't exist.
        WeightsError: A network can't be used.
    """
    spec = load_robot(config.robot)
    predictor = None if config.oracle else load_predictor(config.weights, spec)
    return TrainedRobot(spec, load_controller(spec.menagerie), predictor)


def run_demo(config: DemoConfig, out: Path) -> list[Crossing]:
    """Cross one scene a seed and write demo.mp4, report.html and report.json to ``out``.

    Raises:
        ConfigError: The robot doesn't exist.
        WeightsError: The weights can't be used.
        RenderError: This machine can't render.
    """
    robot = load_trained_robot(config)
    out.mkdir(parents=True, exist_ok=True)
    crossings: list[Crossing] = []
    with Film(out / "demo.mp4") as film, _progress() as progress:
        task = progress.add_task("walking", total=config.seeds, note="")
        for index in range(config.seeds):
            reel = film if index < config.films else None
            seed = config.first_seed + index
            crossings.append(cross_scene(robot, config.scene, seed, reel, progress))
            progress.update(task, advance=1)
            write_report(crossings, dataclasses.asdict(config), out)
    return crossings


def cross_scene(
    robot: TrainedRobot, scene: str, seed: int, film: Film | None, progress: Progress
) -> Crossing:
    """Walk through one scene and return the measured crossing.

    Args:
        robot: Robot with its networks.
        scene: Kind of scene.
        seed: Seed of the scene.
        film: Film to add a frame a camera image to, or None.
        progress: Progress display.
    """
    world = RobotWorld(SCENES[scene](seed), robot.spec)
    head = robot.spec.head_camera
    with contextlib.ExitStack() as stack:
        camera = stack.enter_context(
            Camera(world.model, world.head_camera, head.width, head.height)
        )
        eyes: Eyes = OracleEyes(world, camera)
        if robot.predictor is not None:
            eyes = CameraEyes(robot.predictor, camera)
        view = stack.enter_context(contextlib.closing(ThirdPerson(world))) if film else None
        crossing = RunningCrossing(world, robot, eyes)
        task = progress.add_task(f"{scene} {seed}", total=TIME_LIMIT_S, note="")
        steps_per_image = round(1 / (head.rate_hz * CONTROL_DT_S))
        for step in range(round(TIME_LIMIT_S / CONTROL_DT_S)):
            if step % steps_per_image == 0:
                crossing.look()
                if film and view:
                    scenery = view.image(world)
                    film.add(compose_frame(scenery, eyes.image, crossing.sight, crossing.agent))
                progress.update(task, completed=world.time_s, note=crossing.note())
            crossing.step()
            if crossing.ended:
                break
        progress.remove_task(task)
    return crossing.result(seed)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:>14}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
