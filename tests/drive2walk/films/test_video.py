import re
from pathlib import Path

import av
import numpy as np
import pytest

from drive2walk.agent import Agent, Sight
from drive2walk.experiment.errors import DataError
from drive2walk.films.preview import write_preview
from drive2walk.films.video import FLOOR, OBSTACLE, UNKNOWN, WALKABLE, Film, draw_map, overlay
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.spec import load_robot


class StandingLegs:
    """Legs that stand at the start."""

    pose = (0.0, 0.0, 0.0)
    height_m = 0.76
    forward_speed_m_s = 0.0

    def step(self, body: object, command: np.ndarray) -> np.ndarray:
        return np.zeros(12)


def test_a_film_holds_every_frame_in_order(tmp_path: Path) -> None:
    with Film(tmp_path / "film.mp4") as film:
        for level in (20, 120, 220):
            film.add(np.full((480, 960, 3), level, dtype=np.uint8))
    with av.open(str(tmp_path / "film.mp4")) as container:
        means = [frame.to_ndarray(format="rgb24").mean() for frame in container.decode(video=0)]
    np.testing.assert_allclose(means, [20, 120, 220], atol=4)


def test_preview_is_an_animation_at_the_given_speed(tmp_path: Path) -> None:
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


def test_preview_of_something_else_is_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "film.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"film\.mp4.*not a film"):
        write_preview(broken, tmp_path / "film.webp", 2.0, 10)
    with pytest.raises(DataError, match="webp"):
        write_preview(broken, tmp_path / "film.gif", 2.0, 10)


def test_overlay_tints_walkable_pixels_only() -> None:
    image = np.full((4, 4, 3), 100, dtype=np.uint8)
    walkable = np.zeros((2, 2))
    walkable[1] = 1.0
    sight = Sight(walkable, np.ones((2, 2)), walkable < 0.5, Pinhole.from_fov(2, 2, 1.0))
    shown = overlay(image, sight)
    np.testing.assert_array_equal(shown[0], image[0])
    np.testing.assert_allclose(shown[3, 0], 0.55 * 100 + 0.45 * np.array(WALKABLE), atol=1)


def test_map_shows_ahead_above_and_left_to_the_left() -> None:
    agent = Agent(load_robot("unitree_g1"), StandingLegs(), goal=(2.0, 0.0))
    agent.map.mark_free(1.5, 0.0, radius_m=0.3)
    # A block that is ahead and to the left.
    blocked = agent.map.grid.cells(np.array([1.5, 1.5]))
    agent.map._obstacle[tuple(blocked)] = 1.0
    image = draw_map(agent, (320, 240))
    scale = 320 / 8.0
    row, column = round(240 * 0.62 - 1.5 * scale), 160
    assert tuple(image[row, column]) == FLOOR
    assert tuple(image[row - 2, column - round(1.55 * scale)]) == OBSTACLE
    assert tuple(image[row, column + round(1.5 * scale)]) == UNKNOWN
