from pathlib import Path

import av
import numpy as np

from drive2walk.films.film import Film


def test_a_film_holds_every_frame_in_order(tmp_path: Path) -> None:
    with Film(tmp_path / "film.mp4") as film:
        for level in (20, 120, 220):
            film.add(np.full((480, 960, 3), level, dtype=np.uint8))
    with av.open(str(tmp_path / "film.mp4")) as container:
        means = [frame.to_ndarray(format="rgb24").mean() for frame in container.decode(video=0)]
    np.testing.assert_allclose(means, [20, 120, 220], atol=4)
