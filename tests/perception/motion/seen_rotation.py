"""Views of a textured wall by a camera that has turned and moved."""

import cv2
import numpy as np

from drive2walk.robot.geometry.cameras import Pinhole

PINHOLE = Pinhole.from_fov(256, 192, 1.2)
WALL_M = 2.5


def wall_picture(seed: int = 0) -> np.ndarray:
    """Return the wall before the camera as it sees it first, (192, 256, 3) uint8."""
    noise = np.random.default_rng(seed).random((24, 32, 3))
    smooth = cv2.resize(noise, (256, 192), interpolation=cv2.INTER_CUBIC)
    return np.clip(255 * smooth, 0, 255).astype(np.uint8)


def view_after(picture: np.ndarray, rotation: np.ndarray, shift_m: np.ndarray) -> np.ndarray:
    """Return the view after a rotation (3,) rad and a shift (3,) m in the first optical frame."""
    p = PINHOLE
    camera = np.array([[p.fx, 0.0, p.cx], [0.0, p.fy, p.cy], [0.0, 0.0, 1.0]])
    turned = cv2.Rodrigues(np.asarray(rotation, dtype=float))[0].T
    # The wall is the plane z = WALL_M, and a point on it moves by the homography of that plane.
    plane = turned @ (np.eye(3) - np.outer(shift_m, [0.0, 0.0, 1.0]) / WALL_M)
    homography = camera @ plane @ np.linalg.inv(camera)
    view: np.ndarray = cv2.warpPerspective(picture, homography, picture.shape[1::-1])
    return view
