"""The gyro's bias, taken while a robot stands."""

import numpy as np

from drive2walk.locomotion.estimation.gyro_bias import SETTLING_TICKS, GyroBias

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


def test_a_bias_stays_while_the_robot_walks() -> None:
    found = stand(2.0, GyroBias.from_rest(SOLES))
    np.testing.assert_array_equal(stand(1.0, found, standing=False).rate, found.rate)


def test_a_slipping_foot_is_no_large_bias() -> None:
    bias = GyroBias.from_rest(SOLES)
    for k in range(100):
        soles = turned(SOLES, np.full(2, 0.05 * k * DT))
        bias = bias.updated(np.zeros(2), soles, np.ones(2, dtype=bool), DT)
    assert np.abs(bias.rate).max() <= 0.02
