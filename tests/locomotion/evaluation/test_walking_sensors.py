"""The sensors of many walking robots."""

import dataclasses

import numpy as np
import pytest

from drive2walk.envs.sensors.sensor_errors import IDEAL, REAL, SensorConfig, draw_errors
from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import training_physics
from drive2walk.locomotion.evaluation.walking_sensors import WalkingSensors
from drive2walk.locomotion.walking.controller import WalkingController


def walk(
    controller: WalkingController, config: SensorConfig, seconds: float = 4.0, seed: int = 0
) -> tuple[WalkingSensors, WalkingEnv, np.ndarray]:
    """Return sensors, robots and the errors of gravity, (ticks, N) degrees."""
    spec = controller.spec
    env = WalkingEnv(
        spec,
        training_physics(spec),
        WalkingConfig(push_m_s=0.0, velocity_noise=0.0),
        8,
        num_threads=1,
    )
    env.hold_commands(np.tile([0.5, 0.0, 0.0], (8, 1)))
    sensors = WalkingSensors(config, env.state, seed)
    state = controller.start(controller.measure(sensors.reading), np.arange(8) % 2)
    errors = []
    for _ in range(round(seconds / 0.02)):
        state, targets = controller.step(state, proprioception_of(env.state), env.command)
        env.step(targets)
        sensors.update(env.state)
        cosine = (sensors.reading.projected_gravity * env.state.projected_gravity).sum(axis=1)
        errors.append(np.degrees(np.arccos(np.minimum(cosine, 1.0))))
    return sensors, env, np.array(errors)


def test_ideal_sensors_measure_the_truth_bit_for_bit(released: WalkingController) -> None:
    sensors, env, _ = walk(released, IDEAL, 0.2)
    truth = proprioception_of(env.state)
    for field in dataclasses.fields(truth):
        measured = getattr(sensors.reading, field.name)
        np.testing.assert_array_equal(measured, getattr(truth, field.name))


def test_the_attitude_is_within_a_degree_while_walking(released: WalkingController) -> None:
    config = dataclasses.replace(REAL, delay_s=0.0, accelerometer_bias_m_s2=0.0)
    _, _, errors = walk(released, config, 8.0)
    assert 0.05 < errors[100:].mean() < 1.0


def test_a_delay_of_a_control_step_shows_the_last_state(released: WalkingController) -> None:
    config = dataclasses.replace(IDEAL, delay_s=0.02)
    sensors, env, _ = walk(released, config, 0.2)
    before = env.state.leg_qpos.copy()
    env.step(before)
    sensors.update(env.state)
    fraction = draw_errors(config, before.shape[1], 0, (8,)).delay_s[:, None] / 0.02
    expected = (1 - fraction) * env.state.leg_qpos + fraction * before
    np.testing.assert_allclose(sensors.reading.joint_qpos, expected, atol=1e-12)


def test_the_same_seed_gives_the_same_errors(released: WalkingController) -> None:
    gyro = [walk(released, REAL, 0.1, seed)[0].reading.gyro for seed in (5, 5, 6)]
    np.testing.assert_array_equal(gyro[0], gyro[1])
    assert not np.array_equal(gyro[0], gyro[2])


@pytest.mark.parametrize("config", [IDEAL, REAL])
def test_a_robot_that_stands_up_again_measures_its_new_state(
    released: WalkingController, config: SensorConfig
) -> None:
    sensors, env, _ = walk(released, config, 0.2)
    kept = sensors.reading.joint_qpos[1].copy()
    env.stand_up(np.array([0]))
    sensors.restart(np.array([0]), env.state)
    np.testing.assert_allclose(sensors.reading.joint_qpos[0], env.state.leg_qpos[0], atol=0.02)
    np.testing.assert_array_equal(sensors.reading.joint_qpos[1], kept)
