import dataclasses
from typing import Any

import numpy as np
import pytest

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics
from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.locomotion.gait.command import COMMAND_NAMES
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.policy.observations import OBSERVATIONS, sizes_of
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.walking.batched_state import take_rows
from drive2walk.locomotion.walking.command_conditioner import COMMAND_LIMITS
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.from_policy import controller_from_policy
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.spec import RobotSpec

OBSERVATION_DIM = sum(sizes_of(12).values())
ACTION_DIM = ResidualParameters().action_dim


def policy_with(rng: np.random.Generator | None = None, **changes: Any) -> Policy:
    scale = 0.02 if rng is not None else 0.0
    rng = rng or np.random.default_rng(0)
    weights = (
        scale * rng.normal(size=(8, OBSERVATION_DIM)).astype(np.float32),
        rng.normal(size=(ACTION_DIM, 8)).astype(np.float32) * np.float32(scale > 0),
    )
    metadata = {
        "robot": "unitree_g1",
        "gait": dataclasses.asdict(GaitParameters()),
        "residual": {"joints_rad": [0.1] * 6},
        "observation_names": list(OBSERVATIONS),
        "command_names": list(COMMAND_NAMES),
        "command_range": [[-0.5, 1.0], [-0.3, 0.3], [-0.7, 0.7], [0.5, 0.74]],
    }
    biases = (np.zeros(8, np.float32), np.zeros(ACTION_DIM, np.float32))
    policy = Policy(weights, biases, {**metadata, **changes})
    lists = {**policy.metadata["gait"], "capture_gain": [0.9, 1.0], "velocity_gain_s": [0.03, 0.04]}
    return dataclasses.replace(policy, metadata={**policy.metadata, "gait": lists, **changes})


def walk(
    controller: WalkingController, env: WalkingEnv, ticks: int, ids: np.ndarray
) -> tuple[ControllerState, np.ndarray]:
    body = controller.measure(proprioception_of(env.state, ids))
    state = controller.start(body, np.zeros(len(ids), dtype=int))
    for _ in range(ticks):
        proprioception = proprioception_of(env.state, ids)
        state, targets = controller.step(state, proprioception, env.command[ids])
    return state, targets


def test_it_is_pure(gait_alone: WalkingController, spec: RobotSpec, physics: Physics) -> None:
    env = WalkingEnv(spec, physics, WalkingConfig(), 2, num_threads=1)
    proprioception = proprioception_of(env.state)
    state = gait_alone.start(gait_alone.measure(proprioception), np.array([0, 1]))
    first = gait_alone.step(state, proprioception, env.command)[1]
    again = gait_alone.step(state, proprioception, env.command)[1]
    assert (first == again).all()


def test_one_robot_is_driven_as_one_of_many(
    spec: RobotSpec, physics: Physics, rng: np.random.Generator
) -> None:
    controller = controller_from_policy(policy_with(rng))
    env = WalkingEnv(spec, physics, WalkingConfig(), 3, num_threads=1)
    together, targets = walk(controller, env, 30, np.arange(3))
    alone, target = walk(controller, env, 30, np.array([1]))
    assert target[0] == pytest.approx(targets[1], abs=1e-6)
    row = take_rows(together, np.array([1]))
    assert alone.odometry.position == pytest.approx(row.odometry.position)


def test_restart_changes_only_its_robots(
    gait_alone: WalkingController, spec: RobotSpec, physics: Physics
) -> None:
    env = WalkingEnv(spec, physics, WalkingConfig(), 3, num_threads=1)
    state, _ = walk(gait_alone, env, 10, np.arange(3))
    ids = np.array([1])
    body = gait_alone.measure(proprioception_of(env.state, ids))
    after = gait_alone.restart(state, body, ids, np.array([1]))
    assert after.odometry.yaw[1] == 0.0
    assert after.gait.stance[1] == 1
    assert after.gait.phase[[0, 2]] == pytest.approx(state.gait.phase[[0, 2]])
    assert state.gait.phase[1] != after.gait.phase[1]


def test_targets_stay_in_the_joints_ranges(
    gait_alone: WalkingController, spec: RobotSpec, physics: Physics, rng: np.random.Generator
) -> None:
    env = WalkingEnv(spec, physics, WalkingConfig(), 20, num_threads=1)
    proprioception = proprioception_of(env.state)
    body = gait_alone.measure(proprioception)
    state = gait_alone.start(body, np.zeros(20, dtype=int))
    state, _, _ = gait_alone.observe(state, proprioception, body, env.command)
    _, targets = gait_alone.act(state, 100 * rng.normal(size=(20, ACTION_DIM)))
    limits = gait_alone.gait.kinematics.range
    assert (targets >= limits[:, 0]).all()
    assert (targets <= limits[:, 1]).all()


def test_a_policy_brings_its_own_gait_and_residual() -> None:
    policy = policy_with()
    policy.metadata["gait"]["step_s"] = 0.4
    controller = controller_from_policy(policy)
    assert controller.gait.parameters.step_s == 0.4
    assert controller.residual == ResidualParameters(joints_rad=(0.1,) * 6)


def test_a_policy_of_another_version_is_refused() -> None:
    with pytest.raises(WeightsError, match="Train it again"):
        controller_from_policy(policy_with(observation_names=["gyro"]))
    with pytest.raises(ConfigError, match="robot"):
        controller_from_policy(policy_with(robot="unitree_g2"))


def test_a_jump_of_the_command_is_followed_on_a_ramp(
    gait_alone: WalkingController, spec: RobotSpec, physics: Physics
) -> None:
    env = WalkingEnv(spec, physics, WalkingConfig(), 1, num_threads=1)
    proprioception = proprioception_of(env.state)
    state = gait_alone.start(gait_alone.measure(proprioception), np.zeros(1, dtype=int))
    ramp = []
    for _ in range(60):
        state, _ = gait_alone.step(state, proprioception, np.array([[0.5, 0.0, -0.6]]))
        ramp.append(state.command[0])
    steps = np.abs(np.diff(ramp, axis=0)).max(axis=0)
    assert (steps <= np.array(COMMAND_LIMITS.rate) * 0.02 + 1e-9).all()
    assert ramp[5][0] == pytest.approx(6 * 0.02, abs=0.01)
    assert ramp[-1][0] >= 0.5


def test_a_policy_is_never_asked_for_more_than_it_was_trained_on(
    spec: RobotSpec, physics: Physics, rng: np.random.Generator
) -> None:
    controller = controller_from_policy(policy_with(rng))
    env = WalkingEnv(spec, physics, WalkingConfig(), 2, num_threads=1)
    felt = proprioception_of(env.state)
    state = controller.start(controller.measure(felt), np.zeros(2, dtype=int))
    asked = np.array([[9.0, 9.0, 9.0, 9.0], [-9.0, -9.0, -9.0, 0.1]])
    for _ in range(150):  # longer than the ramp to the bounds takes
        state, _ = controller.step(state, felt, asked)
    lowest, highest = np.array(policy_with().metadata["command_range"]).T
    assert state.command[0] == pytest.approx(highest)
    assert state.command[1] == pytest.approx(lowest)
