"""The attitude filter: gravity from gyro and accelerometer."""

import numpy as np

from drive2walk.robot.attitude_filter import GRAVITY_M_S2, AttitudeFilter

DT = 0.004
LEVEL = np.array([0.0, 0.0, GRAVITY_M_S2])


def tilt_deg(attitude: AttitudeFilter, up: np.ndarray) -> float:
    return float(np.degrees(np.arccos(min(1.0, attitude.up @ up))))


def test_a_turn_is_followed_by_the_gyro_alone() -> None:
    attitude = AttitudeFilter.from_rest(LEVEL)
    rate = 1.0
    for k in range(100):
        angle = rate * (k + 1) * DT
        force = GRAVITY_M_S2 * np.array([0.0, np.sin(angle), np.cos(angle)])
        attitude = attitude.updated(np.array([rate, 0.0, 0.0]), force, DT)
    assert tilt_deg(attitude, np.array([0.0, np.sin(0.4), np.cos(0.4)])) < 0.05


def test_a_wrong_start_is_corrected_by_the_accelerometer() -> None:
    attitude = AttitudeFilter.from_rest(np.array([1.0, 0.0, GRAVITY_M_S2]))
    for _ in range(round(45 / DT)):
        attitude = attitude.updated(np.zeros(3), LEVEL, DT)
    assert tilt_deg(attitude, np.array([0.0, 0.0, 1.0])) < 0.1


def test_the_bias_about_horizontal_axes_is_found() -> None:
    bias = np.radians([0.5, -0.3, 0.4])
    attitude = AttitudeFilter.from_rest(LEVEL)
    for _ in range(round(60 / DT)):
        attitude = attitude.updated(bias, LEVEL, DT)
    np.testing.assert_allclose(attitude.gyro_bias[:2], bias[:2], atol=1e-4)
    assert attitude.gyro_bias[2] == 0.0
    assert tilt_deg(attitude, np.array([0.0, 0.0, 1.0])) < 0.05


def test_accelerations_that_cancel_leave_the_attitude() -> None:
    attitude = AttitudeFilter.from_rest(LEVEL)
    for k in range(round(10 / DT)):
        strike = 30.0 if k % 100 < 5 else -30.0 * 5 / 95
        attitude = attitude.updated(np.zeros(3), LEVEL + np.array([strike, 0.0, 0.0]), DT)
    assert tilt_deg(attitude, np.array([0.0, 0.0, 1.0])) < 1.0


def test_many_robots_are_as_one_each() -> None:
    rng = np.random.default_rng(0)
    force, gyro = LEVEL + rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    together = AttitudeFilter.from_rest(force).updated(gyro, force[::-1], DT)
    for k in range(3):
        alone = AttitudeFilter.from_rest(force[k]).updated(gyro[k], force[2 - k], DT)
        np.testing.assert_array_equal(together.up[k], alone.up)
