"""The demo: a robot starts in a scene it has never seen and walks to a goal."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from drive2walk.agent import Agent
from drive2walk.demo.report import Episode, write_report
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.camera import Camera
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.eyes import CameraEyes, Eyes, OracleEyes
from drive2walk.films.video import Film, ThirdPerson, compose
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.released import load_controller, load_predictor
from drive2walk.robot.geometry.transforms import yaw_matrix
from drive2walk.robot.spec import RobotSpec, load_robot
from drive2walk.robot.timing import CONTROL_DT_S

TIME_LIMIT_S = 120.0
# The goal counts as reached within this distance of the true goal.
GOAL_TOLERANCE_M = 0.5
# How long the robot must stand at the goal before the episode ends well.
STAND_S = 1.0


@dataclasses.dataclass(frozen=True)
class DemoConfig:
    """What to show: robot, kind of scene, number of scenes, and who sees.

    ``films`` is the number of episodes, from the first on, that go into the film.
    """

    robot: str = "unitree_g1"
    scene: str = "office"
    seeds: int = 1
    first_seed: int = 1000
    oracle: Literal["vision"] | None = None
    weights: str = "walking"
    films: int = 1

    def __post_init__(self) -> None:
        """Check what would fail only after the networks are loaded.

        Raises:
            ConfigError: a value is not allowed.
        """
        check_seed(self.first_seed, "first-seed")
        if self.scene not in SCENES:
            raise ConfigError(unknown_name("scene", self.scene, SCENES))
        if self.seeds < 1:
            raise ConfigError(f"--seeds {self.seeds}: at least 1 scene is needed.")


@dataclasses.dataclass(frozen=True)
class TrainedRobot:
    """A body with its trained parts; without a predictor it sees the simulator's truth."""

    spec: RobotSpec
    controller: WalkingController
    predictor: Predictor | None


def load_trained_robot(config: DemoConfig) -> TrainedRobot:
    """Return the robot of the config with its released networks.

    Raises:
        ConfigError: there is no such robot.
        WeightsError: a network can't be used.
    """
    spec = load_robot(config.robot)
    predictor = None if config.oracle else load_predictor(config.weights, spec)
    return TrainedRobot(spec, load_controller(spec.menagerie), predictor)


def run_demo(config: DemoConfig, out: Path) -> list[Episode]:
    """Run one episode a seed and write demo.mp4, report.html and report.json to ``out``.

    Raises:
        ConfigError: there is no such robot.
        WeightsError: the weights can't be used.
        RenderError: this machine can't render.
    """
    robot = load_trained_robot(config)
    out.mkdir(parents=True, exist_ok=True)
    episodes: list[Episode] = []
    with Film(out / "demo.mp4") as film, _progress() as progress:
        task = progress.add_task("walking", total=config.seeds, note="")
        for index in range(config.seeds):
            shown = film if index < config.films else None
            seed = config.first_seed + index
            episode = run_episode(robot, config.scene, seed, shown, progress)
            episodes.append(episode)
            progress.update(task, advance=1)
            write_report(episodes, dataclasses.asdict(config), out)
    return episodes


def run_episode(
    robot: TrainedRobot, scene: str, seed: int, film: Film | None, progress: Progress
) -> Episode:
    """Walk through one scene and return what happened."""
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
        walk = _Walk(world, robot, eyes)
        task = progress.add_task(f"{scene} {seed}", total=TIME_LIMIT_S, note="")
        steps_per_image = round(1 / (head.rate_hz * CONTROL_DT_S))
        for step in range(round(TIME_LIMIT_S / CONTROL_DT_S)):
            if step % steps_per_image == 0:
                walk.look()
                if film and view:
                    film.add(compose(view.image(world), eyes.image, walk.sight, walk.agent))
                progress.update(task, completed=world.time_s, note=walk.note())
            walk.step()
            if walk.ended:
                break
        progress.remove_task(task)
    return walk.episode(seed)


class _Walk:
    """One episode as it goes: the agent in its world, and what an outsider measures."""

    def __init__(self, world: RobotWorld, robot: TrainedRobot, eyes: Eyes) -> None:
        x, y, yaw = world.scene.start
        offset = yaw_matrix(-yaw) @ (np.array(world.scene.goal) - [x, y])
        self.world = world
        self._body = world.proprioception()
        legs = WalkingLegs(robot.controller, self._body)
        self.agent = Agent(robot.spec, legs, (float(offset[0]), float(offset[1])))
        self._eyes = eyes
        self._trail = [np.array([x, y])]
        self._stood_s = 0.0

    def look(self) -> None:
        """Take one camera image."""
        self.sight = self._eyes.look(self.world)
        self.agent.see(self.sight, self._body)
        self._trail.append(np.array(self.world.base_pose[:2]))

    def step(self) -> None:
        """Advance one control step."""
        self.world.step(self.agent.act(self._body))
        self._body = self.world.proprioception()
        self._stood_s = self._stood_s + CONTROL_DT_S if self.agent.arrived else 0.0

    @property
    def ended(self) -> bool:
        """Whether the robot fell, or believes that it has arrived and has stood there."""
        return self.world.fallen or self._stood_s >= STAND_S

    def note(self) -> str:
        """Return how far the goal is."""
        return f"{self._distance():4.1f} m to go"

    def episode(self, seed: int) -> Episode:
        """Return what happened."""
        steps = np.diff(np.array(self._trail), axis=0)
        fell = self.world.fallen
        return Episode(
            seed=seed,
            reached_goal=bool(not fell and self.agent.arrived and self._near_goal()),
            fell=fell,
            collisions=self.world.collisions,
            path_length_m=round(float(np.hypot(*steps.T).sum()), 3),
            time_s=round(self.world.time_s, 2),
            final_distance_m=round(self._distance(), 3),
            odometry_error_m=round(self._odometry_error(), 3),
        )

    def _near_goal(self) -> bool:
        return self._distance() < GOAL_TOLERANCE_M

    def _distance(self) -> float:
        here: NDArray[np.float64] = np.array(self.world.base_pose[:2])
        return float(np.hypot(*(self.world.scene.goal - here)))

    def _odometry_error(self) -> float:
        x, y, yaw = self.world.scene.start
        believed = yaw_matrix(yaw) @ np.array(self.agent.pose[:2]) + [x, y]
        return float(np.hypot(*(believed - self.world.base_pose[:2])))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:>14}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
