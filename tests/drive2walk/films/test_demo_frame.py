import numpy as np

from drive2walk.eyes import Sight
from drive2walk.films.demo_frame import tint_walkable
from drive2walk.perception.inference.overlay import overlay_walkable
from drive2walk.robot.geometry.cameras import Pinhole


def test_only_walkable_pixels_are_tinted_at_the_size_of_the_image() -> None:
    image = np.full((8, 8, 3), 100, dtype=np.uint8)
    walkable = np.zeros((4, 4))
    walkable[2:] = 1.0
    sight = Sight(
        np.zeros((4, 4, 3), np.uint8),
        walkable,
        np.ones((4, 4)),
        walkable < 0.5,
        Pinhole.from_fov(4, 4, 1.0),
    )
    shown = tint_walkable(image, sight)
    np.testing.assert_array_equal(shown[:3], image[:3])
    assert (shown[5:] != image[5:]).any(axis=2).all()
    floor = np.zeros((8, 8), dtype=bool)
    floor[4:] = True
    np.testing.assert_array_equal(shown, overlay_walkable(image, floor))
