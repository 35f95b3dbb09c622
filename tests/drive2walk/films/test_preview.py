import re
from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.films.film import Film
from drive2walk.films.preview import write_preview


def test_a_preview_is_an_animation_at_the_given_speed(tmp_path: Path) -> None:
    with Film(tmp_path / "film.mp4", frames_per_s=10) as film:
        for level in np.linspace(10, 240, 40):
            film.add(np.full((480, 960, 3), level, dtype=np.uint8))
    write_preview(tmp_path / "film.mp4", tmp_path / "film.webp", speed=2.0, max_seconds=10)
    data = (tmp_path / "film.webp").read_bytes()
    assert data[:4] == b"RIFF"
    assert b"ANIM" in data[:64]
    # Four seconds at twice the speed: two. Equal neighbours are merged into one longer frame.
    assert sum(durations_ms(data)) == pytest.approx(2000, abs=150)
    assert len(durations_ms(data)) > 8


def durations_ms(webp: bytes) -> list[int]:
    """Frame durations: bytes 12 to 14 of each ANMF chunk's payload."""
    starts = [m.end() + 4 for m in re.finditer(b"ANMF", webp)]
    return [int.from_bytes(webp[s + 12 : s + 15], "little") for s in starts]


def test_a_file_that_is_no_film_gives_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "film.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"film\.mp4.*not a film"):
        write_preview(broken, tmp_path / "film.webp", 2.0, 10)
    with pytest.raises(DataError, match="webp"):
        write_preview(broken, tmp_path / "film.gif", 2.0, 10)
