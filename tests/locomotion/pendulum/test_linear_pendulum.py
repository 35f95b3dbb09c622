import numpy as np
import pytest

from drive2walk.locomotion.pendulum.linear_pendulum import (
    capture_point,
    natural_frequency,
    phase_from_rest,
    predicted_capture_point,
    stride_offset,
    sway_offset,
)

OMEGA, STEP = np.array(3.8), 0.35


def test_frequency_of_a_metre_high_pendulum() -> None:
    assert natural_frequency(np.array(1.0)) == pytest.approx(np.sqrt(9.81))


def test_stepping_on_the_capture_point_stops_the_pendulum() -> None:
    # Integrate c'' = omega^2 (c - p) with the foot p on the capture point.
    com, velocity = 0.1, 0.7
    foot = capture_point(np.array(com), np.array(velocity), OMEGA)
    for _ in range(80_000):
        velocity += 1e-5 * OMEGA**2 * (com - foot)
        com += 1e-5 * velocity
    # It closes in without passing: both errors fall by e for each 1 / omega.
    assert velocity == pytest.approx(0.7 * np.exp(-OMEGA * 0.8), abs=2e-3)
    assert com == pytest.approx(foot - velocity / OMEGA, abs=2e-3)


def test_prediction_agrees_with_the_pendulum() -> None:
    com, velocity = 0.05, 0.2
    start = capture_point(np.array(com), np.array(velocity), OMEGA)
    for _ in range(3000):
        velocity += 1e-4 * OMEGA**2 * com
        com += 1e-4 * velocity
    end = capture_point(np.array(com), np.array(velocity), OMEGA)
    predicted = predicted_capture_point(start, np.array(0.3), OMEGA)
    assert end == pytest.approx(predicted, rel=2e-3)


def test_a_stride_repeats_itself() -> None:
    offset = stride_offset(np.array([0.8, -0.2]), STEP, OMEGA)
    end = predicted_capture_point(offset, np.array(STEP), OMEGA)
    # The next foot is v T further on, and xi is as far ahead of it as before.
    assert end - np.array([0.8, -0.2]) * STEP == pytest.approx(offset)


def test_stepping_in_place_repeats_itself_mirrored() -> None:
    offset = sway_offset(np.array(0.2), STEP, OMEGA)
    end = predicted_capture_point(offset, np.array(STEP), OMEGA)
    assert 0.2 - end == pytest.approx(offset)


def test_the_first_step_from_rest_continues_stepping_in_place() -> None:
    phase = phase_from_rest(STEP, OMEGA)
    offset = sway_offset(np.array(0.2), STEP, OMEGA)
    assert predicted_capture_point(offset, np.array(phase * STEP), OMEGA) == pytest.approx(0.1)
