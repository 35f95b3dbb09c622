import numpy as np
import pytest

from drive2walk.locomotion.estimation.velocity_trim import LIMIT, update_trim

DT = 0.02


def test_a_steady_error_is_taken_out() -> None:
    # A robot that walks at 0.8 of what it is asked for, and drifts.
    command, trim = np.array([[0.5, 0.0, -0.3]]), np.zeros((1, 3))
    for _ in range(2000):
        velocity = 0.8 * (command + trim) + [0.03, -0.02, 0.0]
        trim = update_trim(trim, command, velocity, DT)
    assert velocity == pytest.approx(command, abs=0.01)


def test_it_is_bounded() -> None:
    trim = np.zeros((2, 3))
    command = np.array([[1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]])
    for _ in range(2000):
        trim = update_trim(trim, command, np.zeros((2, 3)), DT)
    assert trim == pytest.approx(np.stack([LIMIT, -LIMIT]))


def test_a_push_counts_no_more_than_a_trusted_error() -> None:
    zero = np.zeros((2, 3))
    pushed = update_trim(zero, zero, np.array([[5.0, 0, 0], [0.3, 0, 0]]), DT)
    assert pushed[0] == pytest.approx(pushed[1])
