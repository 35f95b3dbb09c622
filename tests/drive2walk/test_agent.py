"""The agent's judgement, on legs that obey and eyes that see floor everywhere."""

import numpy as np

from drive2walk.agent import Agent, Sight
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec, load_robot
from drive2walk.robot.timing import CONTROL_DT_S

HEIGHT_M = 0.75
IMAGE_EVERY = 10


class ObedientLegs:
    """They do at once what they are told."""

    height_m = HEIGHT_M

    def __init__(self, spec: RobotSpec) -> None:
        self._targets = spec.home_qpos[: spec.num_leg_joints]
        self.pose = (0.0, 0.0, 0.0)
        self.forward_speed_m_s = 0.0

    def step(self, body: Proprioception, command: np.ndarray) -> np.ndarray:
        x, y, yaw = self.pose
        forwards = CONTROL_DT_S * command[0]
        self.pose = (
            x + forwards * float(np.cos(yaw)),
            y + forwards * float(np.sin(yaw)),
            yaw + CONTROL_DT_S * float(command[2]),
        )
        self.forward_speed_m_s = float(command[0])
        return self._targets


def floor_everywhere(spec: RobotSpec) -> Sight:
    pinhole = spec.head_camera.pinhole
    shape = pinhole.rays().shape[:2]
    return Sight(np.ones(shape), np.zeros(shape), np.zeros(shape, dtype=bool), pinhole)


def test_walled_in_by_touches_it_looks_round_and_then_believes_its_eyes() -> None:
    spec = load_robot("unitree_g1")
    agent = Agent(spec, ObedientLegs(spec), (3.0, 0.0))
    at_rest = np.zeros(len(spec.home_qpos))
    body = Proprioception(spec.home_qpos, at_rest, np.array([0.0, 0.0, -1.0]), np.zeros(3))
    for angle in np.linspace(-np.pi, np.pi, 60):
        agent.map.mark_obstacle(1.2 * np.cos(angle), 1.2 * np.sin(angle), radius_m=0.15)
    sight = floor_everywhere(spec)
    was_lost_s = 0.0
    for step in range(round(60 / CONTROL_DT_S)):
        if step % IMAGE_EVERY == 0:
            agent.see(sight, body)
        agent.act(body)
        was_lost_s += CONTROL_DT_S * agent.navigator.plan.lost
        if agent.arrived:
            break
    one_turn_s = 2 * np.pi / 0.42
    assert agent.arrived
    assert one_turn_s < was_lost_s < 2.5 * one_turn_s
