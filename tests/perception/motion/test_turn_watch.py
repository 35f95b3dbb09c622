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


def watch_stand(seconds: float, picture: np.ndarray = PICTURE, drift_m_s: float = 0.0) -> TurnWatch:
    """Let a robot turn for a time after it has settled, while it drifts to the left."""
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
            left_m = drift_m_s * step * CONTROL_DT_S
            image = view_after(picture, turned, np.array([-left_m, 0.0, 0.0]))
            T_odom_camera = T_ODOM_CAMERA.copy()
            T_odom_camera[1, 3] = 5.0 + left_m
            watch.see(image, depth_m, T_odom_camera)
        watch.feel(body)
    return watch


def test_the_bias_is_what_the_gyro_shows_beyond_the_turn_that_is_seen() -> None:
    found = watch_stand(2.0).gyro_bias_rad_s
    assert found == pytest.approx(BIAS_RAD_S, abs=np.radians(0.02))


def test_a_robot_that_drifts_sideways_has_not_turned_by_that() -> None:
    found = watch_stand(2.0, drift_m_s=0.02).gyro_bias_rad_s
    assert found == pytest.approx(BIAS_RAD_S, abs=np.radians(0.06))


def test_too_few_images_give_no_bias() -> None:
    seconds = (MIN_IMAGES - 1) * STEPS_PER_IMAGE * CONTROL_DT_S
    assert watch_stand(seconds).gyro_bias_rad_s is None


def test_a_blank_wall_gives_no_bias() -> None:
    assert watch_stand(2.0, np.full_like(PICTURE, 127)).gyro_bias_rad_s is None
