"""A recorded episode becomes what a policy would have felt and should have done, at 10 Hz."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.robot.spec import load_robot
from drive2walk.teleop.dataset.files.episode import Episode, RecordingSetup
from drive2walk.teleop.imitation.demonstrations.demonstration import (
    ACTION_HZ,
    Demonstration,
    from_episode,
    read_proprioception,
)
from drive2walk.teleop.imitation.inputs.body_features import BodyFeatures

SPEC = load_robot("unitree_g1").with_fingers()
FEATURES = BodyFeatures(SPEC)
JOINTS, FINGERS = len(SPEC.joint_names), len(SPEC.fingers.joint_names)
FPS, LENGTH = 50, 52


def make_episode(**changes: Any) -> Episode:
    """Return an episode of a robot at home whose right hand closes halfway in frame 20."""
    opened, half = (SPEC.fingers.targets(np.full(2, g)) for g in (0.0, 0.5))
    state = np.concatenate([SPEC.home_qpos, opened, np.zeros(JOINTS), [0, 0, -1], [0, 0, 0.1]])
    states = np.tile(state, (LENGTH, 1))
    states[20:, JOINTS + FINGERS // 2 : JOINTS + FINGERS] = half[FINGERS // 2 :]
    hand = np.zeros((LENGTH, 9))
    hand[20:, -1] = 1.0
    goal = np.tile([0.3, 0.1, 0.2, 1, 0, 0, 0], (LENGTH, 1))
    goal[:, 0] += 0.001 * np.arange(LENGTH)
    columns = {
        "observation.state": states.astype(np.float32),
        "operator.base": np.tile([0.1, 0, 0, 0.74], (LENGTH, 1)),
        "operator.left": np.zeros((LENGTH, 9)),
        "operator.right": hand,
        "goal.left": goal,
        "goal.right": goal,
        "success": (np.arange(LENGTH) >= 45)[:, None].astype(float),
        "sim.qpos": np.zeros((LENGTH, 3)),
    }
    columns = {k: v for k, v in (columns | changes).items() if v is not None}
    setup = RecordingSetup("unitree_g1", FPS)
    return Episode(setup, "sort", {"task": "sort", "seed": 0}, (), columns, "", "")


def convert(episode: Episode) -> Demonstration:
    return from_episode(episode, "'demos' episode 3", SPEC, FEATURES)


def test_every_fifth_frame_counts() -> None:
    demonstration = convert(make_episode())
    np.testing.assert_array_equal(demonstration.frames, np.arange(0, LENGTH, FPS // ACTION_HZ))
    commands = demonstration.commands
    np.testing.assert_allclose(commands.hands[:, 0, 0], 0.3 + 0.005 * np.arange(11))
    np.testing.assert_array_equal(commands.grasps[:, 1], np.arange(11) >= 4)
    np.testing.assert_array_equal(demonstration.done, np.arange(11) >= 9)
    assert demonstration.usable.all()
    assert (demonstration.task, len(demonstration)) == ("sort", 11)


def test_the_body_is_felt_as_the_robot_feels_it() -> None:
    demonstration = convert(make_episode())
    body, fingers = read_proprioception(
        make_episode().columns["observation.state"][0].astype(float), SPEC
    )
    here = FEATURES.hand_poses(body)
    np.testing.assert_allclose(demonstration.measured[0], here, atol=1e-6)
    wanted = FEATURES.vector(body, fingers, here)
    np.testing.assert_allclose(demonstration.body[0], wanted, atol=1e-6)
    # Left and right hand hang on both sides, and the right one closes halfway.
    assert here[0, 1] > 0.1 > -0.1 > here[1, 1]
    np.testing.assert_allclose(demonstration.body[3, -2:], [0, 0], atol=1e-5)
    np.testing.assert_allclose(demonstration.body[4, -2:], [0, 0.5], atol=1e-5)


def test_a_leaning_robot_feels_its_hands_in_the_levelled_frame() -> None:
    body, _ = read_proprioception(
        make_episode().columns["observation.state"][0].astype(float), SPEC
    )
    lean_rad = 0.2
    leaning = dataclasses.replace(
        body, projected_gravity=np.array([np.sin(lean_rad), 0.0, -np.cos(lean_rad)])
    )
    upright, leant = FEATURES.hand_poses(body), FEATURES.hand_poses(leaning)
    c, s = np.cos(lean_rad), np.sin(lean_rad)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    np.testing.assert_allclose(leant[:, :3], upright[:, :3] @ turn.T, atol=1e-9)


def test_only_the_part_of_the_person_teaches_after_a_takeover() -> None:
    flags = (np.arange(LENGTH) >= 25)[:, None].astype(float)
    demonstration = convert(make_episode(intervention=flags))
    np.testing.assert_array_equal(demonstration.usable, np.arange(11) >= 5)
    none = convert(make_episode(intervention=np.zeros((LENGTH, 1))))
    assert none.usable.all()


def test_episodes_that_cannot_teach_are_named() -> None:
    with pytest.raises(DataError, match=r"'demos' episode 3 has no 'goal\.right'"):
        convert(make_episode(**{"goal.right": None}))
    short = make_episode().columns["observation.state"][:, 1:]
    with pytest.raises(DataError, match="observes 77 values, the robot 'unitree_g1' has 78"):
        convert(make_episode(**{"observation.state": short}))
