"""The memory counts what the hands did, and believes in progress step by step."""

import numpy as np
import pytest

from drive2walk.teleop.imitation.inputs.memory import (
    BELIEF_SIZE,
    NUM_STAGES,
    PROGRESS_STEP_RANGE,
    Memory,
    find_closings,
)


def test_closings_and_openings_are_counted_once() -> None:
    memory = Memory()
    for grasp in (0.0, 0.4, 0.9, 1.0, 0.8, 0.1, 0.0, 1.0):
        memory = memory.remember_grasps(np.array([0.0, grasp]))
    np.testing.assert_array_equal(memory.closings, [0, 2])
    np.testing.assert_array_equal(memory.openings, [0, 1])
    np.testing.assert_allclose(memory.vector()[:4], [0, 0.5, 0, 0.25])


def test_progress_moves_in_small_steps_and_never_stands_still() -> None:
    least, most = PROGRESS_STEP_RANGE
    memory = Memory(progress=0.5)
    stages = np.full(NUM_STAGES, 0.25)
    assert memory.believe(stages, 1.0).progress == pytest.approx(0.5 + most)
    assert memory.believe(stages, 0.51).progress == pytest.approx(0.51)
    assert memory.believe(stages, 0.45).progress == pytest.approx(0.5 + least)
    assert memory.believe(stages, 0.1).progress == pytest.approx(0.5 - most)
    assert Memory(progress=1.0).believe(stages, 1.0).progress == 1.0
    vector = memory.believe(stages, 0.51).vector()
    assert vector.shape == (BELIEF_SIZE,)
    np.testing.assert_allclose(vector[4:-1], 0.25)


def test_the_last_closing_of_any_hand_is_found() -> None:
    grasps = np.array([[0, 0], [1, 0], [1, 0], [1, 1], [0, 1], [0, 0], [0, 0.9]], dtype=float)
    np.testing.assert_array_equal(find_closings(grasps), [-1, 1, 1, 3, 3, 3, 6])
