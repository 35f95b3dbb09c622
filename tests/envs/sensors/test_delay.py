"""Measurements that arrive late."""

import numpy as np

from drive2walk.envs.sensors.delay import Delay


def test_a_reading_arrives_after_exactly_its_delay() -> None:
    for samples in (0, 1, 3):
        delay = Delay(np.array(float(samples)))
        arrived = [delay.push(np.array([float(k)]))[0] for k in range(8)]
        assert arrived == [float(max(0, k - samples)) for k in range(8)]


def test_between_samples_readings_are_interpolated_for_each_robot() -> None:
    delay = Delay(np.array([0.0, 0.25, 1.0]))
    delay.push(np.full((3, 2), 10.0))
    np.testing.assert_allclose(delay.push(np.full((3, 2), 14.0))[:, 0], [14.0, 13.0, 10.0])


def test_a_restart_forgets_the_readings_of_its_robots_alone() -> None:
    delay = Delay(np.array([1.0, 1.0]))
    delay.push(np.zeros((2, 1)))
    delay.restart(np.array([[5.0]]), np.array([1]))
    np.testing.assert_array_equal(delay.push(np.full((2, 1), 9.0)), [[0.0], [5.0]])
