import dataclasses

import numpy as np
import pytest

from drive2walk.locomotion.policy.observations import OBSERVATIONS, columns_of, sizes_of
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception

OBSERVATION_DIM = sum(sizes_of(12).values())
ACTION_DIM = ResidualParameters().action_dim
LEGS = np.array([1.0, -1, -1, 1, 1, -1])


def mirrored(proprioception: Proprioception) -> Proprioception:
    """Return the robot's mirror image."""
    swapped = {
        name: np.roll(getattr(proprioception, name), 6, axis=1) * np.tile(LEGS, 2)
        for name in ("joint_qpos", "joint_qvel")
    }
    return Proprioception(
        **swapped,
        projected_gravity=proprioception.projected_gravity * [1, -1, 1],
        gyro=proprioception.gyro * [-1, 1, -1],
    )


def some_robot(controller: WalkingController, rng: np.random.Generator) -> Proprioception:
    gravity = np.array([[0.05, 0.08, -1.0]])
    return Proprioception(
        controller.home[None] + rng.uniform(-0.1, 0.1, (1, 12)),
        rng.normal(size=(1, 12)),
        gravity / np.linalg.norm(gravity),
        rng.normal(size=(1, 3)),
    )


def observation(
    controller: WalkingController,
    proprioception: Proprioception,
    stance: int,
    command: np.ndarray,
    action: np.ndarray,
) -> np.ndarray:
    body = controller.measure(proprioception)
    command = controller.complete(command)
    state = controller.start(body, np.array([stance]))
    walking = dataclasses.replace(state.gait, standing=np.zeros(1, dtype=bool))
    state = dataclasses.replace(state, action=action, command=command, gait=walking)
    return controller.observe(state, proprioception, body, command)[1][0]


def part(values: np.ndarray, name: str) -> np.ndarray:
    start = 0
    for other, size in sizes_of(12).items():
        if other == name:
            return values[start : start + size] / OBSERVATIONS[name][-1]
        start += size
    raise AssertionError(name)


def test_the_table_gives_the_size() -> None:
    assert OBSERVATION_DIM == 82


def test_a_mirrored_robot_looks_the_same(
    gait_alone: WalkingController, rng: np.random.Generator
) -> None:
    robot = some_robot(gait_alone, rng)
    action = rng.normal(size=(1, ACTION_DIM))
    other = np.concatenate(
        [np.roll(action[:, :12], 6, axis=1) * np.tile(LEGS, 2), action[:, 12:] * [1, -1, 1]], axis=1
    )
    left = observation(gait_alone, robot, 0, np.array([[0.5, 0.2, 0.3]]), action)
    right = observation(gait_alone, mirrored(robot), 1, np.array([[0.5, -0.2, -0.3]]), other)
    # The model's right leg mirrors its left to a tenth of a millimetre only.
    assert left == pytest.approx(right, abs=2e-2)


def test_parts_hold_what_they_say(gait_alone: WalkingController, rng: np.random.Generator) -> None:
    robot = some_robot(gait_alone, rng)
    values = observation(
        gait_alone, robot, 0, np.array([[0.5, 0.2, 0.3]]), np.zeros((1, ACTION_DIM))
    )
    assert part(values, "command") == pytest.approx([0.5, 0.2, 0.3])
    assert part(values, "projected_gravity") == pytest.approx(robot.projected_gravity[0])
    assert part(values, "leg_qpos") == pytest.approx(
        robot.joint_qpos[0] - gait_alone.home, abs=1e-6
    )
    # The left foot stands and is seen first, on the left.
    soles = part(values, "soles")
    assert soles[1] > 0 > soles[4]


def test_wild_measurements_stay_bounded(gait_alone: WalkingController) -> None:
    robot = Proprioception(
        np.full((1, 12), 0.2), np.full((1, 12), 1e4), np.array([[0.0, 0, -1]]), np.full((1, 3), 1e3)
    )
    values = observation(gait_alone, robot, 0, np.zeros((1, 3)), np.zeros((1, ACTION_DIM)))
    assert np.abs(values).max() == 10.0


def test_a_policy_may_see_a_part_of_the_table() -> None:
    columns = columns_of(["gyro", "height_command"], 12)
    assert columns.tolist() == [3, 4, 5, OBSERVATION_DIM - 3]


def test_standing_and_squatting_are_shown(gait_alone: WalkingController) -> None:
    robot = Proprioception(
        gait_alone.home[None], np.zeros((1, 12)), np.array([[0.0, 0, -1]]), np.zeros((1, 3))
    )
    body = gait_alone.measure(robot)
    state = gait_alone.start(body, np.zeros(1, dtype=int))
    command = gait_alone.complete(np.array([[0.0, 0.0, 0.0, 0.6]]))
    state = dataclasses.replace(state, command=command)
    values = gait_alone.observe(state, robot, body, command)[1][0]
    assert part(values, "phase").tolist() == [0.0, 0.0]
    below = 0.6 - gait_alone.gait.parameters.height_m
    assert part(values, "height_command") == pytest.approx([below])
