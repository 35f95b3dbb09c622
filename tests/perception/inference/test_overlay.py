import numpy as np

from drive2walk.perception.inference.overlay import TITLE_HEIGHT, WALKABLE_COLOR, overlay, sheet


def test_only_the_walkable_is_tinted() -> None:
    rgb = np.full((40, 60, 3), 100, np.uint8)
    walkable = np.zeros((40, 60), bool)
    walkable[20:] = True
    picture = overlay(rgb, walkable)
    assert (picture[:19] == 100).all()
    assert (picture[25:35, 5:55, 1] > 140).all()
    assert tuple(picture[20, 30]) == WALKABLE_COLOR
    assert (rgb == 100).all()


def test_a_sheet_puts_columns_side_by_side() -> None:
    pictures = [np.full((30, 40, 3), shade, np.uint8) for shade in (10, 200)]
    result = sheet(["a", "b"], [pictures, pictures[::-1]], width=20)
    assert result.shape == (TITLE_HEIGHT + 2 * 15, 40, 3)
    assert (result[TITLE_HEIGHT : TITLE_HEIGHT + 15, :20] == 10).all()
    assert (result[TITLE_HEIGHT + 15 :, :20] == 200).all()
