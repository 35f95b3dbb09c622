"""A policy steers like a person: neutral first, clutches held, smooth hands, from senses alone."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.devices.robot_observation import RobotObservation
from drive2walk.teleop.imitation.actions import Commands
from drive2walk.teleop.imitation.inputs.body_features import BodyFeatures
from drive2walk.teleop.imitation.inputs.memory import NUM_STAGES, Memory
from drive2walk.teleop.imitation.network import ArmNetworkConfig
from drive2walk.teleop.imitation.policy import ArmChunk, ArmDescription
from drive2walk.teleop.imitation.policy_device import (
    BLEND_S,
    DECISION_S,
    DONE_S,
    PolicyDevice,
    blend_poses,
)
from drive2walk.teleop.operator.operator_input import OperatorInput

SPEC = load_robot("unitree_g1").with_fingers()
FEATURES = BodyFeatures(SPEC)
CHUNK = 16
IMAGE = np.zeros((120, 160, 3), dtype=np.uint8)


class FakePolicy:
    """Asks for a place 10 cm ahead of the hands, and closes the right hand from 1 s on."""

    def __init__(self) -> None:
        self.decisions: list[tuple[Any, Any, Memory]] = []
        self.looks = 0
        self.description = ArmDescription(ArmNetworkConfig(), 0, "unitree_g1", (), None, "")
        self.done = 0.0

    def look(self, image: np.ndarray) -> str:
        self.looks += 1
        return f"image {self.looks}"

    def decide(
        self, features: Any, body: np.ndarray, measured: np.ndarray, text: str, memory: Memory
    ) -> ArmChunk:
        self.decisions.append((features, body, memory))
        hands = np.repeat(measured[None], CHUNK, axis=0)
        hands[..., 0] += 0.1
        closed = float(len(self.decisions) * DECISION_S > 1.0)
        grasps = np.tile([0.0, closed], (CHUNK, 1))
        base = np.tile([0.1, 0.0, 0.2, 0.7], (CHUNK, 1))
        commands = Commands(hands, grasps, base)
        return ArmChunk(commands, np.zeros(NUM_STAGES), 0.5, self.done, 0.004)


class Robot:
    """A robot that stands still at home."""

    def __init__(self) -> None:
        body = Proprioception(
            SPEC.home_qpos.copy(),
            np.zeros(len(SPEC.joint_names)),
            np.array([0.0, 0.0, -1.0]),
            np.zeros(3),
        )
        assert SPEC.fingers is not None
        opened = SPEC.fingers.targets(np.zeros(2))
        self.seen = RobotObservation(0.0, IMAGE, body, opened, "sort the parts")

    def observe(self) -> RobotObservation:
        return self.seen

    def wait(self, seconds: float = CONTROL_DT_S) -> None:
        self.seen = dataclasses.replace(self.seen, time_s=self.seen.time_s + seconds)


def run(policy: FakePolicy, robot: Robot, seconds: float) -> list[OperatorInput]:
    device: Any = PolicyDevice(policy, robot.observe)  # type: ignore[arg-type]
    given = []
    for _ in range(round(seconds / CONTROL_DT_S)):
        given.append(device.read())
        robot.wait()
    return given


def test_the_first_input_is_neutral_and_then_clutches_are_held() -> None:
    first, *others = run(FakePolicy(), Robot(), 1.0)
    assert first.neutral
    hands = [hand for given in others for hand in (given.left, given.right)]
    assert all(hand.clutch and hand.absolute for hand in hands)


def test_hands_start_where_they_are_and_move_without_jumps() -> None:
    robot = Robot()
    given = run(FakePolicy(), robot, 2.0)[1:]
    here = FEATURES.hand_poses(robot.seen.body)
    np.testing.assert_allclose(given[0].left.position, here[0, :3], atol=1e-9)
    np.testing.assert_allclose(given[-1].right.position, here[1, :3] + [0.1, 0, 0], atol=1e-9)
    steps = np.diff([g.right.position for g in given], axis=0)
    assert np.linalg.norm(steps, axis=1).max() <= 0.1 * CONTROL_DT_S / BLEND_S + 1e-9


def test_the_base_command_has_its_height() -> None:
    np.testing.assert_allclose(run(FakePolicy(), Robot(), 0.5)[-1].base, [0.1, 0.0, 0.2, 0.7])


def test_it_decides_every_decision_time() -> None:
    policy = FakePolicy()
    run(policy, Robot(), 10 * DECISION_S + 0.1)
    assert len(policy.decisions) == pytest.approx(10, abs=1)


def test_the_image_of_a_closing_hand_is_remembered() -> None:
    policy = FakePolicy()
    run(policy, Robot(), 4.0)
    closing = [features[1] for features, _, _ in policy.decisions]
    count = closing.count(None)
    assert 2 <= count <= 4
    assert len(set(closing[count:])) == 1
    assert policy.decisions[-1][2].closings.tolist() == [0, 1]
    assert policy.looks == len(policy.decisions) + 1


def test_after_a_gap_the_clutches_open_once() -> None:
    robot, policy = Robot(), FakePolicy()
    device: Any = PolicyDevice(policy, robot.observe)  # type: ignore[arg-type]
    for _ in range(50):
        device.read()
        robot.wait()
    robot.wait(1.0)
    assert device.read().neutral
    robot.wait()
    given = device.read()
    assert given.left.clutch
    here = FEATURES.hand_poses(robot.seen.body)
    np.testing.assert_allclose(given.left.position, here[0, :3], atol=1e-9)


def test_a_policy_that_believes_in_the_end_for_a_while_is_done() -> None:
    robot, policy = Robot(), FakePolicy()
    device: Any = PolicyDevice(policy, robot.observe)  # type: ignore[arg-type]
    done_since_s = None
    for step in range(round(5 / CONTROL_DT_S)):
        policy.done = float(step * CONTROL_DT_S > 2.0)
        device.read()
        robot.wait()
        if device.done and done_since_s is None:
            done_since_s = step * CONTROL_DT_S
    assert done_since_s == pytest.approx(2.0 + DONE_S + DECISION_S / 2, abs=0.5)


def test_poses_are_blended_the_short_way() -> None:
    start = np.array([[0, 0, 0, 1.0, 0, 0, 0]])
    end = np.array([[1.0, 0, 0, -np.cos(0.1), -np.sin(0.1), 0, 0]])
    (middle,) = blend_poses(start, end, 0.5)
    np.testing.assert_allclose(middle, [0.5, 0, 0, np.cos(0.05), np.sin(0.05), 0, 0], atol=1e-6)
