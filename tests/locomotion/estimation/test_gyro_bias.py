"""The gyro's bias, taken while a robot stands."""

import dataclasses

import numpy as np

from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.sensor_errors import IDEAL, draw_errors
from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics
from drive2walk.locomotion.estimation.gyro_bias import LIMIT_RAD_S, SETTLING_TICKS, GyroBias
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec

DT = 0.02
BIAS = np.radians([0.5, -0.2])
SOLES = np.tile([[0.0, 0.1, -0.7], [0.0, -0.1, -0.7]], (2, 1, 1))


def turned(soles: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return the soles seen from a base that has turned."""
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = soles[..., 0], soles[..., 1]
    return np.stack([c * x + s * y, c * y - s * x, soles[..., 2]], axis=-1)


def stand(seconds: float, bias: GyroBias, standing: bool = True, sway: float = 0.02) -> GyroBias:
    angle = np.zeros(2)
    for k in range(round(seconds / DT)):
        rate = np.full(2, sway * np.cos(3 * k * DT))
        angle = angle + DT * rate
        bias = bias.updated(rate + BIAS, turned(SOLES, angle), np.full(2, standing), DT)
    return bias


def test_the_bias_is_found_in_a_second_although_the_base_sways() -> None:
    start = GyroBias.from_rest(SOLES)
    found = stand(1.0 + SETTLING_TICKS * DT, start)
    np.testing.assert_allclose(found.rate, BIAS, atol=np.radians(0.05))


def test_a_robot_that_walks_learns_nothing() -> None:
    found = stand(2.0, GyroBias.from_rest(SOLES), standing=False)
    np.testing.assert_array_equal(found.rate, 0.0)


def test_a_robot_that_turns_learns_nothing() -> None:
    found = stand(0.3, GyroBias.from_rest(SOLES), sway=1.0)
    np.testing.assert_array_equal(found.rate, 0.0)


def test_a_known_bias_is_taken_and_standing_changes_it_slowly() -> None:
    found = stand(2.0, GyroBias.from_rest(SOLES))
    known = found.replaced(np.radians([0.1, 9.0]))
    np.testing.assert_allclose(known.rate, [np.radians(0.1), LIMIT_RAD_S])
    np.testing.assert_array_equal(known.excess, 0.0)
    after = stand(0.5, known).rate
    assert np.radians(0.1) < after[0] < np.radians(0.15)


def test_a_bias_stays_while_the_robot_walks() -> None:
    found = stand(2.0, GyroBias.from_rest(SOLES))
    np.testing.assert_array_equal(stand(1.0, found, standing=False).rate, found.rate)


def test_a_slipping_foot_is_no_large_bias() -> None:
    bias = GyroBias.from_rest(SOLES)
    for k in range(100):
        soles = turned(SOLES, np.full(2, 0.05 * k * DT))
        bias = bias.updated(np.zeros(2), soles, np.ones(2, dtype=bool), DT)
    assert np.abs(bias.rate).max() <= 0.02


def test_the_deployed_robot_takes_its_bias_while_it_stands(
    released: WalkingController, spec: RobotSpec
) -> None:
    sensors = dataclasses.replace(IDEAL, gyro_bias_rad_s=float(np.radians(0.5)))
    # The bias of this seed is nearly the largest.
    world = RobotWorld(SCENES["street"](0), spec, sensors=sensors, sensor_seed=2)
    body = batch_of_one(world.proprioception())
    state = released.start(released.measure(body), np.zeros(1, dtype=np.intp))
    targets = spec.home_qpos.copy()
    for _ in range(100):
        state, legs = released.step(state, batch_of_one(world.proprioception()), np.zeros((1, 3)))
        targets[: spec.num_leg_joints] = legs[0]
        world.step(targets)
    true = draw_errors(sensors, len(spec.joint_names), 2).gyro_bias
    vertical = -float(world.proprioception().projected_gravity @ true)
    assert abs(vertical) > np.radians(0.4)
    # The soles of a simulated robot creep by up to 0.15 degrees a second.
    assert abs(state.gyro_bias.rate[0] - vertical) < np.radians(0.15)


def batch_of_one(body: Proprioception) -> Proprioception:
    return Proprioception(
        body.joint_qpos[None], body.joint_qvel[None], body.projected_gravity[None], body.gyro[None]
    )


def test_training_does_not_take_the_bias(released: WalkingController, physics: Physics) -> None:
    env = WalkingEnv(released.spec, physics, WalkingConfig(), 1, num_threads=1)
    body = proprioception_of(env.state)
    pose = released.measure(body)
    state = released.start(pose, np.zeros(1, dtype=np.intp))
    after, _, _ = released.observe(state, body, pose, released.complete(np.zeros((1, 3))))
    assert after.gyro_bias is state.gyro_bias
