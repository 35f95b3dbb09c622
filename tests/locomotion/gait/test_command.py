import numpy as np
import pytest

from drive2walk.locomotion.gait.command import (
    CommandLimits,
    complete_command,
    is_still,
    ramp_command,
)

LIMITS = CommandLimits(rate=(1.0, 2.0, 3.0, 0.3))


def test_a_command_is_reached_at_the_allowed_rate_and_not_passed() -> None:
    command, wanted = np.zeros(4), np.array([0.5, -0.3, 0.7, 0.06])
    after = ramp_command(command, wanted, LIMITS, dt=0.1)
    np.testing.assert_allclose(after, [0.1, -0.2, 0.3, 0.03])
    for _ in range(10):
        after = ramp_command(after, wanted, LIMITS, dt=0.1)
    np.testing.assert_allclose(after, wanted)


def test_a_reversed_turn_takes_the_time_of_its_whole_span() -> None:
    command = np.array([0.0, 0.0, 0.7, 0.7])
    steps = 0
    while command[2] > -0.7 + 1e-9:
        command = ramp_command(command, np.array([0.0, 0.0, -0.7, 0.7]), LIMITS, dt=0.02)
        steps += 1
    assert steps * 0.02 == pytest.approx(1.4 / 3.0, abs=0.02)


def test_commands_are_completed_with_the_height_that_is_missing() -> None:
    short = complete_command(np.array([[0.5, 0.0, 0.0]]), 0.74)
    assert short.tolist() == [[0.5, 0.0, 0.0, 0.74]]
    full = complete_command(np.array([[0.5, 0, 0, 0.6], [0, 0, 0.3, np.nan]]), 0.74)
    assert full[:, 3].tolist() == [0.6, 0.74]


def test_crawling_is_standing_but_a_slow_part_of_a_walk_is_kept() -> None:
    command = complete_command(np.array([[0.02, -0.02, 0.04], [0.5, 0.02, 0.0]]), 0.74)
    assert is_still(command).tolist() == [True, False]
    assert command[0, :3].tolist() == [0, 0, 0]
    assert command[1, 1] == 0.02
