import numpy as np

from drive2walk.perception.inference.picture_table import TITLE_HEIGHT, tile_pictures


def test_a_table_puts_columns_side_by_side() -> None:
    pictures = [np.full((30, 40, 3), shade, np.uint8) for shade in (10, 200)]
    result = tile_pictures(["a", "b"], [pictures, pictures[::-1]], width=20)
    assert result.shape == (TITLE_HEIGHT + 2 * 15, 40, 3)
    assert (result[TITLE_HEIGHT : TITLE_HEIGHT + 15, :20] == 10).all()
    assert (result[TITLE_HEIGHT + 15 :, :20] == 200).all()
