"""Standing on both feet: pure decisions, and robots that do it in the training physics."""

import dataclasses

import numpy as np
import pytest

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import FALLEN_COS_TILT, WalkingEnv
from drive2walk.envs.walking.physics import Physics
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.standing import Standing, can_stand, first_stance, must_step
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec

SIDE_BY_SIDE = np.array([[[0.0, 0.1, -0.7], [0.0, -0.1, -0.7]]])
PARALLEL = np.zeros((1, 2))


@pytest.mark.parametrize(
    ("xi", "stands", "steps"),
    [((0.0, 0.0), True, False), ((0.06, 0.0), False, False), ((0.1, 0.0), False, True)],
)
def test_it_stands_and_steps_by_its_capture_point(
    xi: tuple[float, float], stands: bool, steps: bool
) -> None:
    point = np.array([xi])
    assert can_stand(point, SIDE_BY_SIDE, PARALLEL, width_m=0.21)[0] == stands
    assert must_step(point, SIDE_BY_SIDE)[0] == steps


def test_sideways_the_capture_point_must_stay_between_the_soles_centres() -> None:
    for y, holds in ((0.09, True), (-0.09, True), (0.11, False), (-0.11, False)):
        point = np.array([[0.0, y]])
        assert can_stand(point, SIDE_BY_SIDE, PARALLEL, width_m=0.21)[0] == holds
        assert must_step(point, SIDE_BY_SIDE)[0] != holds


def test_it_does_not_rest_on_feet_that_are_staggered_crossed_or_turned() -> None:
    middle = np.zeros((1, 2))
    staggered = SIDE_BY_SIDE + np.array([[0.15, 0, 0], [0, 0, 0]])
    assert not can_stand(middle, staggered, PARALLEL, 0.21)[0]
    assert not can_stand(middle, SIDE_BY_SIDE[:, ::-1], PARALLEL, 0.21)[0]
    assert not can_stand(middle, SIDE_BY_SIDE, np.array([[0.4, 0.0]]), 0.21)[0]


def test_it_rests_on_feet_that_are_wide_apart_but_not_near_each_other() -> None:
    # A robot that carries something steps this wide.
    middle = np.zeros((1, 2))
    for width, stands in ((0.12, False), (0.35, True), (0.45, False)):
        soles = SIDE_BY_SIDE * [1.0, width / 0.2, 1.0]
        assert can_stand(middle, soles, PARALLEL, 0.21)[0] == stands


def test_the_foot_on_the_side_of_the_fall_goes_first() -> None:
    xi = np.array([[0.0, 0.2], [0.0, -0.2], [0.0, 0.0]])
    command = np.array([[0, 0, 0, 0.74], [0, 0, 0, 0.74], [0, -0.3, 0, 0.74]])
    # Falling left, the left foot steps and the right one stays.
    assert first_stance(xi, command).tolist() == [1, 0, 0]


def test_the_foot_on_the_inside_of_a_turn_goes_first() -> None:
    command = np.array([[0, 0, 0.5, 0.74], [0, 0, -0.5, 0.74]])
    assert first_stance(np.zeros((2, 2)), command).tolist() == [1, 0]


def test_feet_on_a_step_stand_as_high_as_the_step(released: WalkingController) -> None:
    home, down = released.home[None], np.array([[0.0, 0.0, -1.0]])
    body = released.measure(Proprioception(home, 0 * home, down, np.zeros((1, 3))))
    odometry = Odometry.from_rest(body.soles)
    command = np.array([[0.0, 0.0, 0.0, released.gait.parameters.height_m]])
    tick = Tick.from_model(released.gait.balance, body, odometry, command)
    state = released.gait.start(odometry, np.zeros(1, dtype=int), np.ones(1, dtype=bool))
    state = dataclasses.replace(state, swing_rise=np.array([0.04]))
    standing = Standing(GaitParameters(pitch_rad=0.0), weight_n=300.0)
    posture = standing.posture(state, tick)
    height = command[0, 3]
    # The right foot is 4 cm higher; the base is measured from the middle between both.
    assert posture.feet[0, :, 2] == pytest.approx([-height - 0.02, -height + 0.02])
    assert posture.height == pytest.approx([height + 0.02])


def walk(
    controller: WalkingController, env: WalkingEnv, commands: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return standing (ticks, N), base positions (ticks, N, 3) and upright at the end (N,)."""
    body = controller.measure(proprioception_of(env.state))
    state = controller.start(body, np.arange(env.num_envs) % 2)
    standing, place = [], []
    for command in commands:
        state, targets = controller.step(state, proprioception_of(env.state), command)
        env.step(targets)
        standing.append(state.gait.standing)
        place.append(env.state.base_position.copy())
    upright = env.state.projected_gravity[:, 2] < -FALLEN_COS_TILT
    return np.array(standing), np.array(place), upright


def test_at_zero_command_it_stands_where_it_is_without_a_step(
    spec: RobotSpec, physics: Physics, released: WalkingController
) -> None:
    env = WalkingEnv(spec, physics, WalkingConfig(push_m_s=0.0), 4, num_threads=1)
    standing, place, upright = walk(released, env, [np.zeros((4, 3))] * 200)
    assert upright.all()
    assert standing[50:].all()
    assert np.abs(place[-1, :, :2] - place[100, :, :2]).max() < 0.02


def test_it_starts_at_a_command_and_stands_again_at_zero_command(
    spec: RobotSpec, physics: Physics, released: WalkingController
) -> None:
    env = WalkingEnv(spec, physics, WalkingConfig(push_m_s=0.0), 4, num_threads=1)
    go, stop = np.tile([0.3, 0.0, 0.0], (4, 1)), np.zeros((4, 3))
    standing, place, upright = walk(released, env, [go] * 150 + [stop] * 150)
    assert upright.all()
    assert not standing[5:150].any()
    assert standing[-50:].all()
    assert (place[150, :, 0] - place[0, :, 0] > 0.5).all()


def test_a_push_that_its_feet_cannot_hold_makes_it_step_and_stand_again(
    spec: RobotSpec, physics: Physics, released: WalkingController
) -> None:
    # One push after a second, then none.
    config = WalkingConfig(push_m_s=0.3, push_interval_s=(30.0, 30.0), episode_s=60.0)
    env = WalkingEnv(spec, physics, config, 8, num_threads=1)
    env._pushes.next_step[:] = 50
    standing, _, upright = walk(released, env, [np.zeros((8, 3))] * 250)
    assert standing[30:50].all()
    stepped = ~standing[55:80].all(axis=0)
    assert 0 < stepped.sum() < 8
    assert upright.all()
    assert standing[-1].all()


def test_it_squats_a_quarter_metre_and_rises_on_the_same_feet(
    spec: RobotSpec, physics: Physics, released: WalkingController
) -> None:
    env = WalkingEnv(
        spec, physics, WalkingConfig(push_m_s=0.0, height_m=(0.48, 0.739)), 4, num_threads=1
    )
    low = np.tile([0.0, 0.0, 0.0, spec.standing_height_m - 0.26], (4, 1))
    high = np.tile([0.0, 0.0, 0.0, np.nan], (4, 1))
    standing, place, upright = walk(released, env, [low] * 150 + [high] * 100)
    assert upright.all()
    assert standing[50:].all()
    assert (place[149, :, 2] < spec.standing_height_m - 0.25).all()
    assert place[-1, :, 2] == pytest.approx(released.gait.parameters.height_m, abs=0.02)
