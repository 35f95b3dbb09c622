import dataclasses

import numpy as np
import pytest

from drive2walk.envs.terrain.kinds import build_terrain
from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import training_physics
from drive2walk.locomotion.estimation.step_memory import (
    FORGET_S,
    LARGEST_M,
    lower_base,
    update_step_height,
)
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.spec import RobotSpec


def test_steps_up_and_down_are_remembered_and_slowly_forgotten() -> None:
    height = update_step_height(np.zeros(2), np.array([0.04, -0.04]), 0.02)
    assert height == pytest.approx([0.04, 0.04])
    for _ in range(round(FORGET_S / 0.02)):
        height = update_step_height(height, np.zeros(2), 0.02)
    assert height == pytest.approx([0.04 / np.e, 0.04 / np.e], rel=0.01)


def test_level_ground_has_no_steps_and_the_memory_is_bounded() -> None:
    height = update_step_height(np.zeros(2), np.array([0.015, 0.4]), 0.02)
    assert height == pytest.approx([0.0, LARGEST_M])


def test_the_base_is_lowered_no_further_than_the_policy_was_trained_for() -> None:
    command = np.array([[0.5, 0.1, 0.2, 0.74], [0.5, 0.1, 0.2, 0.74], [0.0, 0.0, 0.0, 0.5]])
    low = lower_base(command, np.array([0.05, 0.3, 0.05]), 0.6)
    assert low[:, 3] == pytest.approx([0.69, 0.6, 0.5])
    assert (low[:, :3] == command[:, :3]).all()


def test_robots_that_see_steps_walk_lower_there(
    released: WalkingController, spec: RobotSpec
) -> None:
    # The first of the robots see the ground, the others don't.
    config = WalkingConfig(push_m_s=0.0, sighted_fraction=0.5)
    physics = training_physics(spec, build_terrain("steps", 1))
    env = WalkingEnv(spec, physics, config, 8, num_threads=1, seed=1)
    env.hold_commands(np.tile([0.5, 0.0, 0.0], (8, 1)))
    state = released.start(released.measure(proprioception_of(env.state)), np.arange(8) % 2)
    heights, met = [], np.zeros(8)
    for _ in range(400):
        felt = proprioception_of(env.state)
        state, targets = released.step(state, felt, env.command, env.scan())
        env.step(targets)
        heights.append(state.command[:, 3])
        met = np.maximum(met, state.step_height)
    usual = released.gait.parameters.height_m
    lowest = np.min(heights, axis=0)
    assert met[:4].max() == pytest.approx(LARGEST_M)
    assert lowest[:4] == pytest.approx(usual - met[:4], abs=0.01)
    assert (lowest[4:] == usual).all()


def test_robots_on_steps_believe_less_of_what_they_seem_to_carry(
    released: WalkingController, spec: RobotSpec
) -> None:
    env = WalkingEnv(spec, training_physics(spec), WalkingConfig(push_m_s=0.0), 2, num_threads=1)
    env.hold_commands(np.tile([0.5, 0.0, 0.0], (2, 1)))
    state = released.start(released.measure(proprioception_of(env.state)), np.zeros(2, dtype=int))
    moved = np.zeros(2)
    for tick in range(130):
        if tick > 100:
            state = dataclasses.replace(state, step_height=np.array([0.0, 0.06]))
        if tick == 110:
            before = state.com_shift.felt[:, 1]
            env.simulation.qvel[:, 1] += 0.5
        state, targets = released.step(state, proprioception_of(env.state), env.command)
        env.step(targets)
        if tick > 110:
            moved = np.maximum(moved, np.abs(state.com_shift.felt[:, 1] - before))
    assert moved[1] < moved[0] / 2
