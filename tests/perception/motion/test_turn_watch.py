"""The gyro's bias, from a robot that turns while it stands and sees a wall."""

import numpy as np
import pytest

from drive2walk.perception.motion.turn_watch import MIN_IMAGES, SETTLING_S, TurnWatch
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.timing import CONTROL_DT_S
from tests.perception.motion.seen_rotation import PINHOLE, WALL_M, view_after, wall_picture

PICTURE = wall_picture()
STEPS_PER_IMAGE = 5
# Optical frame of a camera that looks along x: z ahead, x to the right, y down.
T_ODOM_CAMERA = np.eye(4)
T_ODOM_CAMERA[:3, :3] = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
TURN_RAD_S, BIAS_RAD_S = np.radians(0.3), np.radians(-0.2)


def watch_stand(seconds: float, picture: np.ndarray = PICTURE) -> TurnWatch:
    """Let a robot turn for a time after it has settled."""
    watch = TurnWatch(PINHOLE)
    body = Proprioception(
        np.zeros(1),
        np.zeros(1),
        np.array([0.0, 0.0, -1.0]),
        np.array([0, 0, TURN_RAD_S + BIAS_RAD_S]),
    )
    depth_m = np.full(PICTURE.shape[:2], WALL_M)
    for step in range(round((SETTLING_S + seconds) / CONTROL_DT_S) + 1):
        if step % STEPS_PER_IMAGE == 0:
            # A turn to the left is a negative rotation about the optical y axis, which is down.
            turned = np.array([0.0, -TURN_RAD_S * step * CONTROL_DT_S, 0.0])
            image = view_after(picture, turned, np.zeros(3))
            watch.see(image, depth_m, T_ODOM_CAMERA)
        watch.feel(body)
    return watch


def test_the_bias_is_what_the_gyro_shows_beyond_the_turn_that_is_seen() -> None:
    found = watch_stand(2.0).gyro_bias_rad_s
    assert found == pytest.approx(BIAS_RAD_S, abs=np.radians(0.02))


def test_too_few_images_give_no_bias() -> None:
    seconds = (MIN_IMAGES - 1) * STEPS_PER_IMAGE * CONTROL_DT_S
    assert watch_stand(seconds).gyro_bias_rad_s is None


def test_a_blank_wall_gives_no_bias() -> None:
    assert watch_stand(2.0, np.full_like(PICTURE, 127)).gyro_bias_rad_s is None
