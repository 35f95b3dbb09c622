import numpy as np

from drive2walk.perception.inference.overlay import WALKABLE_COLOR, overlay_walkable


def test_only_walkable_pixels_are_tinted() -> None:
    rgb = np.full((40, 60, 3), 100, np.uint8)
    walkable = np.zeros((40, 60), bool)
    walkable[20:] = True
    picture = overlay_walkable(rgb, walkable)
    assert (picture[:19] == 100).all()
    assert (picture[25:35, 5:55, 1] > 140).all()
    assert tuple(picture[20, 30]) == WALKABLE_COLOR
    assert (rgb == 100).all()
