"""The sensors of a robot in a scene: ideal ones are exact, and each error shows by itself."""

import dataclasses

import mujoco
import numpy as np
import pytest

from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.sensor_errors import (
    IDEAL,
    REAL,
    SensorConfig,
    check_sensors,
    draw_errors,
)
from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.transforms import quat_rotate_inverse
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import load_robot

SPEC = load_robot("unitree_g1")
SCENE = SCENES["street"](0)
DOWN = np.array([0.0, 0.0, -1.0])


def build(sensors: SensorConfig, seed: int = 0) -> RobotWorld:
    return RobotWorld(SCENE, SPEC, sensors=sensors, sensor_seed=seed)


def squat(world: RobotWorld, steps: int = 5) -> Proprioception:
    for k in range(steps):
        world.step(SPEC.home_qpos + 0.02 * k)
    return world.proprioception()


def fields(body: Proprioception) -> dict[str, np.ndarray]:
    return {field.name: getattr(body, field.name) for field in dataclasses.fields(body)}


def test_ideal_sensors_measure_the_truth_bit_for_bit() -> None:
    world, base = build(IDEAL), build(IDEAL)
    body = squat(world)
    for k in range(4):
        base.step(SPEC.home_qpos + 0.02 * k)
    # The physics of a control step, one step after the other.
    gyro = np.zeros(3)
    base.data.ctrl[:] = world.data.ctrl
    for _ in range(5):
        mujoco.mj_step(base.model, base.data)
        gyro += base.data.qvel[3:6]
    at = [world.model.joint("robot/" + name) for name in SPEC.joint_names]
    np.testing.assert_array_equal(body.gyro, gyro / 5)
    np.testing.assert_array_equal(body.joint_qpos, [world.data.qpos[j.qposadr[0]] for j in at])
    np.testing.assert_array_equal(body.joint_qvel, [world.data.qvel[j.dofadr[0]] for j in at])
    expected = quat_rotate_inverse(world.base_quat, DOWN)
    np.testing.assert_array_equal(body.projected_gravity, expected)


def test_a_seed_gives_the_same_measurements_again() -> None:
    first, again, other = squat(build(REAL, 3)), squat(build(REAL, 3)), squat(build(REAL, 4))
    for name, values in fields(first).items():
        np.testing.assert_array_equal(values, fields(again)[name])
        assert not np.array_equal(values, fields(other)[name])


def test_a_reset_repeats_the_noise() -> None:
    world = build(REAL, 3)
    first = squat(world)
    world.reset()
    for name, values in fields(squat(world)).items():
        np.testing.assert_array_equal(values, fields(first)[name])


@pytest.mark.parametrize(
    ("errors", "touched"),
    [
        ({"encoder_offset_rad": 0.01}, {"joint_qpos"}),
        ({"encoder_noise_rad": 0.01}, {"joint_qpos"}),
        ({"encoder_rate_noise_rad_s": 0.1}, {"joint_qvel"}),
        ({"gyro_bias_rad_s": 0.01}, {"gyro"}),
        ({"gyro_noise_rad_s": 0.01}, {"gyro"}),
        ({"filters_attitude": True}, {"projected_gravity"}),
        ({"delay_s": 0.02}, {"joint_qpos", "joint_qvel", "projected_gravity", "gyro"}),
        ({"camera_pitch_rad": 0.01}, set()),
    ],
)
def test_each_error_touches_its_own_measurement(errors: dict, touched: set[str]) -> None:
    body, exact = squat(build(dataclasses.replace(IDEAL, **errors), 1)), squat(build(IDEAL))
    wrong = {n for n, v in fields(body).items() if np.abs(v - fields(exact)[n]).max() > 1e-9}
    assert wrong == touched


def test_the_gyro_is_off_by_its_bias() -> None:
    config = dataclasses.replace(IDEAL, gyro_bias_rad_s=0.01)
    difference = squat(build(config, 2)).gyro - squat(build(IDEAL)).gyro
    np.testing.assert_allclose(difference, draw_errors(config, 29, 2).gyro_bias, atol=1e-12)


def test_the_camera_is_tilted_but_the_robot_believes_its_spec() -> None:
    config = dataclasses.replace(IDEAL, camera_pitch_rad=np.radians(1.0))
    world, straight = build(config, 2), build(IDEAL)
    name = world.head_camera
    axes = [w.data.camera(name).xmat.reshape(3, 3)[:, 2] for w in (world, straight)]
    pitch = float(draw_errors(config, 29, 2).camera_pitch_rad)
    assert np.arccos(axes[0] @ axes[1]) == pytest.approx(abs(pitch), abs=1e-6)
    assert world.spec == straight.spec == SPEC


def test_errors_are_within_their_bounds_and_differ_between_robots() -> None:
    errors = draw_errors(REAL, 12, 0, (200,))
    assert np.abs(errors.gyro_bias).max() <= np.radians(0.5)
    assert np.ptp(errors.gyro_bias[:, 2]) > np.radians(0.8)
    assert 0.0 <= errors.delay_s.min() < errors.delay_s.max() <= 0.02
    assert errors.encoder_offset.shape == (200, 12)


def test_other_sensors_are_refused() -> None:
    with pytest.raises(ConfigError, match="real"):
        check_sensors("reel")
