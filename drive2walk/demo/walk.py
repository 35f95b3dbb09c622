"""Walks: the robot with its networks crosses the scenes of a job."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from drive2walk.checkpoints.released import load_controller, load_predictor
from drive2walk.demo.config import DemoConfig
from drive2walk.demo.crossing import RunningCrossing, TrainedRobot
from drive2walk.demo.jobs import TIME_LIMIT_S, Job, Watcher
from drive2walk.demo.report import Crossing
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.sensors.sensor_errors import SENSORS
from drive2walk.eyes import CameraEyes, Eyes, OracleEyes
from drive2walk.films.demo_frame import compose_frame
from drive2walk.films.film import Film
from drive2walk.films.third_person import ThirdPerson
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S


def load_trained_robot(config: DemoConfig) -> TrainedRobot:
    """Return the robot of the config with its released networks.

    Raises:
        ConfigError: The robot doesn't exist.
        WeightsError: A network can't be used.
    """
    spec = load_robot(config.robot)
    predictor = None if config.oracle else load_predictor(config.weights, spec)
    return TrainedRobot(spec, load_controller(spec.menagerie), predictor, config.sensors)


def walk_job(
    robot: TrainedRobot, scene: str, job: Job, out: Path, watch: Watcher
) -> Iterator[Crossing]:
    """Yield the measured crossings of a job.

    Args:
        robot: Robot with its networks.
        scene: Kind of scene.
        job: Scenes to cross.
        out: Folder of the film.
        watch: Called at each camera image.

    Raises:
        RenderError: This machine can't render.
    """
    with Film(out / "demo.mp4") if job.filmed else contextlib.nullcontext() as film:
        for seed in job.seeds:
            yield _cross_scene(robot, scene, seed, film, watch)


def _cross_scene(
    robot: TrainedRobot, scene: str, seed: int, film: Film | None, watch: Watcher
) -> Crossing:
    sensors = SENSORS[robot.sensors]
    world = RobotWorld(SCENES[scene](seed), robot.spec, sensors=sensors, sensor_seed=seed)
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
        steps_per_image = round(1 / (head.rate_hz * CONTROL_DT_S))
        for step in range(round(TIME_LIMIT_S / CONTROL_DT_S)):
            if step % steps_per_image == 0:
                crossing.look()
                if film and view:
                    scenery = view.image(world)
                    film.add(compose_frame(scenery, eyes.image, crossing.sight, crossing.agent))
                watch(seed, world.time_s, crossing.note())
            crossing.step()
            if crossing.ended:
                break
    return crossing.result(seed)
