"""A crossing: the agent walks through one scene to a goal, and the simulator measures the walk."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.agent import Agent
from drive2walk.demo.report import Crossing
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.free_space import scene_free_space
from drive2walk.envs.sensors.sensor_errors import SensorsName
from drive2walk.eyes import Eyes
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.robot.geometry.transforms import yaw_matrix
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

# The goal counts as reached within this distance of the true goal.
GOAL_TOLERANCE_M = 0.5
# Time that the robot must stand at the goal before a crossing ends.
STAND_S = 1.0
# Time that the robot stands at the start, so that its eyes show the bias of its gyro.
FIRST_STAND_S = 3.0


@dataclasses.dataclass(frozen=True)
class TrainedRobot:
    """A robot with its networks.

    Attributes:
        spec: Body of the robot.
        controller: Controller of the legs.
        predictor: Network of the eyes; None shows the robot the simulator's truth.
        sensors: Sensors of the body, real or ideal.
    """

    spec: RobotSpec
    controller: WalkingController
    predictor: Predictor | None
    sensors: SensorsName = "real"


class RunningCrossing:
    """A crossing in progress: the agent in its world.

    Args:
        world: World with the robot at the start.
        robot: Robot with its networks.
        eyes: Eyes of the agent.

    Attributes:
        world: World of the robot.
        agent: Agent that moves the robot.
        sight: Last view of the eyes, after the first ``look``.
    """

    def __init__(self, world: RobotWorld, robot: TrainedRobot, eyes: Eyes) -> None:
        x, y, yaw = world.scene.start
        offset = yaw_matrix(-yaw) @ (np.array(world.scene.goal) - [x, y])
        self.world = world
        self._body = world.proprioception()
        legs = WalkingLegs(robot.controller, self._body)
        self.agent = Agent(robot.spec, legs, (float(offset[0]), float(offset[1])))
        self._eyes = eyes
        self._trail = [np.array([x, y])]
        self._shortest_way_m = scene_free_space(world.scene).shortest_path_m(
            np.array([x, y]), np.array(world.scene.goal), robot.spec.footprint_radius_m
        )
        self._stood_s = 0.0

    def look(self) -> None:
        """Take one camera image."""
        self.sight = self._eyes.look(self.world)
        self.agent.see(self.sight, self._body)
        self._trail.append(np.array(self.world.base_pose[:2]))

    def step(self) -> None:
        """Advance one control step."""
        stands = self.world.time_s < FIRST_STAND_S
        act = self.agent.stand if stands else self.agent.act
        self.world.step(act(self._body))
        self._body = self.world.proprioception()
        self._stood_s = self._stood_s + CONTROL_DT_S if self.agent.arrived else 0.0

    @property
    def ended(self) -> bool:
        """Whether the robot fell, or has stood at what it believes to be the goal."""
        return self.world.fallen or self._stood_s >= STAND_S

    def note(self) -> str:
        """Return the distance to the goal as text."""
        return f"{self._distance_m():4.1f} m to go"

    def result(self, seed: int) -> Crossing:
        """Return the measured crossing of the scene with ``seed``."""
        steps = np.diff(np.array(self._trail), axis=0)
        fell, distance_m = self.world.fallen, self._distance_m()
        near_goal = distance_m < GOAL_TOLERANCE_M
        reached_goal = bool(not fell and self.agent.arrived and near_goal)
        path_length_m = float(np.hypot(*steps.T).sum())
        ratio = path_length_m / self._shortest_way_m
        return Crossing(
            seed=seed,
            reached_goal=reached_goal,
            fell=fell,
            collisions=self.world.collisions,
            path_length_m=round(path_length_m, 3),
            time_s=round(self.world.time_s, 2),
            final_distance_m=round(distance_m, 3),
            odometry_error_m=round(self._odometry_error_m(), 3),
            path_ratio=round(ratio, 3) if reached_goal else None,
            touches={f"{link} on {thing}": n for (link, thing), n in self.world.touches.items()},
        )

    def _distance_m(self) -> float:
        here: NDArray[np.float64] = np.array(self.world.base_pose[:2])
        return float(np.hypot(*(self.world.scene.goal - here)))

    def _odometry_error_m(self) -> float:
        x, y, yaw = self.world.scene.start
        believed = yaw_matrix(yaw) @ np.array(self.agent.pose[:2]) + [x, y]
        return float(np.hypot(*(believed - self.world.base_pose[:2])))
