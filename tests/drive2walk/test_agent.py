"""The agent's decisions, on legs that obey and eyes that see floor everywhere."""

import dataclasses

import numpy as np
import pytest

from drive2walk.agent import Agent
from drive2walk.eyes import Sight
from drive2walk.locomotion.navigation.bump_detector import BumpConfig
from drive2walk.robot.kinematics.head import HeadKinematics
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec, load_robot
from drive2walk.robot.timing import CONTROL_DT_S

HEIGHT_M = 0.75
IMAGE_EVERY = 10
SPEC = load_robot("unitree_g1")
BODY = Proprioception(
    SPEC.home_qpos, np.zeros(len(SPEC.home_qpos)), np.array([0.0, 0.0, -1.0]), np.zeros(3)
)


class ObedientLegs:
    """Legs that follow every command at once; ``blocked`` legs stand still."""

    height_m = HEIGHT_M

    def __init__(self, spec: RobotSpec = SPEC) -> None:
        self._targets = spec.home_qpos[: spec.num_leg_joints]
        self.pose = (0.0, 0.0, 0.0)
        self.forward_speed_m_s = 0.0
        self.blocked = False
        self.gyro_bias_rad_s: float | None = None

    def take_gyro_bias(self, rate_rad_s: float) -> None:
        self.gyro_bias_rad_s = rate_rad_s

    def step(self, body: Proprioception, command: np.ndarray) -> np.ndarray:
        x, y, yaw = self.pose
        speed = 0.0 if self.blocked and command[0] > 0 else float(command[0])
        self.pose = (
            x + CONTROL_DT_S * speed * float(np.cos(yaw)),
            y + CONTROL_DT_S * speed * float(np.sin(yaw)),
            yaw + CONTROL_DT_S * float(command[2]),
        )
        self.forward_speed_m_s = speed
        return self._targets


def floor_everywhere(spec: RobotSpec = SPEC) -> Sight:
    pinhole = spec.head_camera.pinhole
    shape = pinhole.rays().shape[:2]
    return Sight(
        np.zeros((*shape, 3), np.uint8),
        np.ones(shape),
        np.zeros(shape),
        np.zeros(shape, dtype=bool),
        pinhole,
    )


def test_an_agent_walled_in_by_touches_looks_round_and_then_trusts_its_eyes() -> None:
    agent = Agent(SPEC, ObedientLegs(), (3.0, 0.0))
    for angle in np.linspace(-np.pi, np.pi, 60):
        agent.map.mark_obstacle(1.2 * np.cos(angle), 1.2 * np.sin(angle), radius_m=0.15)
    sight = floor_everywhere()
    was_lost_s = 0.0
    for step in range(round(60 / CONTROL_DT_S)):
        if step % IMAGE_EVERY == 0:
            agent.see(sight, BODY)
        agent.act(BODY)
        was_lost_s += CONTROL_DT_S * agent.navigator.plan.lost
        if agent.arrived:
            break
    one_turn_s = 2 * np.pi / 0.42
    assert agent.arrived
    assert one_turn_s < was_lost_s < 2.5 * one_turn_s


def walk_for(agent: Agent, seconds: float, sight: Sight) -> list[float]:
    """Let the agent act for a time and return its forward commands, one a step."""
    forward = []
    for step in range(round(seconds / CONTROL_DT_S)):
        if step % IMAGE_EVERY == 0:
            agent.see(sight, BODY)
        agent.act(BODY)
        forward.append(float(agent.command[0]))
    return forward


def test_a_blocked_agent_marks_an_obstacle_ahead_and_retreats_from_it() -> None:
    legs, bumps = ObedientLegs(), BumpConfig()
    agent = Agent(SPEC, legs, (3.0, 0.0))
    sight = floor_everywhere()
    walk_for(agent, 1.2, sight)
    x = legs.pose[0]
    assert x > 0.2
    ahead = agent.map.grid.cells(np.array([x + bumps.reach_m, 0.0]))
    assert not agent.map.obstacles[tuple(ahead)]
    legs.blocked = True
    forward = np.array(walk_for(agent, bumps.patience_s + CONTROL_DT_S, sight))
    assert agent.map.obstacles[tuple(ahead)]
    assert forward[-1] == -bumps.retreat_m_s
    # The robot waits before it retreats.
    assert (forward[: round(bumps.patience_s / CONTROL_DT_S) - 1] > 0).all()
    steps = round(bumps.retreat_s / CONTROL_DT_S)
    forward = np.array(walk_for(agent, bumps.retreat_s + 0.2, sight))
    assert (forward[: steps - 1] == -bumps.retreat_m_s).all()
    assert forward[-1] > -bumps.retreat_m_s
    assert legs.pose[0] == pytest.approx(x - bumps.retreat_m_s * bumps.retreat_s, abs=0.02)


def test_an_agent_that_is_not_blocked_never_retreats() -> None:
    agent = Agent(SPEC, ObedientLegs(), (3.0, 0.0))
    assert min(walk_for(agent, 6.0, floor_everywhere())) >= 0


@pytest.mark.parametrize("yaw", [0.0, 0.7, -0.7, 2.5])
def test_a_thing_is_mapped_where_the_robot_faces(yaw: float) -> None:
    legs = ObedientLegs()
    legs.pose = (0.4, -0.3, yaw)
    agent = Agent(SPEC, legs, (3.0, 0.0))
    agent.see(wall_on_the_left(1.5), BODY)
    cells = np.argwhere(agent.map.obstacles)
    assert len(cells) > 3
    seen = agent.map.grid.centers(cells) - legs.pose[:2]
    forward = seen @ [np.cos(yaw), np.sin(yaw)]
    left = seen @ [-np.sin(yaw), np.cos(yaw)]
    assert forward.min() == pytest.approx(1.5, abs=0.15)
    # The left edge of the wall casts a shadow on the map.
    assert forward.max() < 2.5
    assert left.min() == pytest.approx(0.1, abs=0.15)
    assert left.max() < 1.1


@pytest.mark.parametrize("side", [1, -1])
def test_the_agent_turns_towards_the_goal(side: int) -> None:
    legs = ObedientLegs()
    agent = Agent(SPEC, legs, (2.0, 2.0 * side))
    agent.map.mark_free(1.0, 1.0 * side, radius_m=2.0)
    walk_for(agent, 1.0, floor_everywhere())
    assert side * agent.command[2] > 0
    assert side * legs.pose[2] > 0


def wall_on_the_left(distance_m: float) -> Sight:
    """A wall of 80 cm at a distance, 10 to 60 cm to the left, with floor around it."""
    pinhole = SPEC.head_camera.pinhole
    T_base_camera = HeadKinematics(SPEC).T_base_camera(SPEC.home_qpos)
    rays = pinhole.rays() @ T_base_camera[:3, :3].T
    camera = T_base_camera[:3, 3]
    with np.errstate(divide="ignore"):
        to_wall = (distance_m - camera[0]) / rays[..., 0]
    hit = camera + to_wall[..., None] * rays
    wall = (to_wall > 0) & (hit[..., 1] > 0.1) & (hit[..., 1] < 0.6)
    wall &= (hit[..., 2] > -HEIGHT_M) & (hit[..., 2] < -HEIGHT_M + 0.8)
    depth_m = np.where(wall, to_wall, 0.0)
    image = np.zeros((*wall.shape, 3), np.uint8)
    return Sight(image, np.where(wall, 0.0, 1.0), depth_m, np.zeros_like(wall), pinhole)


def test_legs_get_the_bias_of_the_gyro_that_the_eyes_saw_during_a_stand() -> None:
    legs, rate = ObedientLegs(), np.radians(0.4)
    agent = Agent(SPEC, legs, (3.0, 0.0))
    floor = floor_everywhere()
    image = np.random.default_rng(0).integers(0, 255, floor.image.shape, dtype=np.uint8)
    # The image stays as it is, so all that the gyro measures is its bias.
    sight = dataclasses.replace(floor, image=image)
    turning = dataclasses.replace(BODY, gyro=np.array([0.0, 0.0, rate]))
    for step in range(150):
        if step % IMAGE_EVERY == 0:
            agent.see(sight, turning)
        agent.stand(turning)
    assert legs.gyro_bias_rad_s is None
    agent.act(turning)
    assert legs.gyro_bias_rad_s == pytest.approx(rate, rel=0.02)
    legs.gyro_bias_rad_s = None
    agent.act(turning)
    assert legs.gyro_bias_rad_s is None


def test_an_agent_that_never_stood_takes_no_bias() -> None:
    legs = ObedientLegs()
    agent = Agent(SPEC, legs, (3.0, 0.0))
    walk_for(agent, 3.0, floor_everywhere())
    assert legs.gyro_bias_rad_s is None
