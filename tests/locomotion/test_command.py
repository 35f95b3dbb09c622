import numpy as np
import pytest

from locomotion.command import CommandLimits, approach

LIMITS = CommandLimits(acceleration=(1.0, 2.0, 3.0))


def test_a_command_is_reached_at_the_allowed_rate_and_not_passed() -> None:
    command, wanted = np.zeros(3), np.array([0.5, -0.3, 0.7])
    after = approach(command, wanted, LIMITS, dt_s=0.1)
    np.testing.assert_allclose(after, [0.1, -0.2, 0.3])
    for _ in range(10):
        after = approach(after, wanted, LIMITS, dt_s=0.1)
    np.testing.assert_allclose(after, wanted)


def test_a_reversed_turn_takes_the_time_of_its_whole_span() -> None:
    command = np.array([0.0, 0.0, 0.7])
    steps = 0
    while command[2] > -0.7 + 1e-9:
        command = approach(command, np.array([0.0, 0.0, -0.7]), LIMITS, dt_s=0.02)
        steps += 1
    assert steps * 0.02 == pytest.approx(1.4 / 3.0, abs=0.02)
