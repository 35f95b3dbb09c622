import numpy as np
import pytest

from drive2walk.locomotion.pendulum.support import foot_pushes, push_point

SIDE_BY_SIDE = np.array([[[0.0, 0.1, -0.7], [0.0, -0.1, -0.7]]])


def test_feet_push_beyond_the_capture_point_within_their_edges() -> None:
    capture_point = np.array([[0.02, 0.05], [0.5, 0.5], [-0.5, -0.5]])
    place, fraction = foot_pushes(capture_point, np.repeat(SIDE_BY_SIDE, 3, axis=0), gain=1.0)
    assert place[0, :, 0] == pytest.approx([0.04, 0.04])
    # Twice 5 cm to the left is over the left foot's centre, 10 cm off the middle.
    assert fraction.tolist() == [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    assert place[1, 0] == pytest.approx([0.07, 0.02])
    assert place[2, 1] == pytest.approx([-0.07, -0.02])


def test_both_feet_together_push_at_the_point_between_them() -> None:
    capture_point = np.array([[0.01, 0.03]])
    # With a gain of 1 the push is twice as far off the middle as the capture point.
    assert push_point(capture_point, SIDE_BY_SIDE, gain=1.0)[0] == pytest.approx([0.02, 0.06])
    place, fraction = foot_pushes(capture_point, SIDE_BY_SIDE, gain=1.0)
    assert fraction[0] == pytest.approx([0.8, 0.2])
    assert place[0, :, 1] == pytest.approx([0.0, 0.0])
