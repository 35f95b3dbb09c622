import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.images import (
    list_images,
    read_depth,
    read_mask,
    read_rgb,
    require_same_size,
)


@pytest.fixture
def rgb() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)


def encoded(ending: str, image: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(ending, image)[1].tobytes()


def test_png_comes_back_as_rgb(tmp_path: Path, rgb: NDArray[np.uint8]) -> None:
    (tmp_path / "a.png").write_bytes(encoded(".png", rgb[..., ::-1]))
    assert (read_rgb(tmp_path / "a.png") == rgb).all()


@pytest.mark.parametrize("ending", [".jpg", ".png"])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_a_cut_off_file_is_named(
    tmp_path: Path, rgb: NDArray[np.uint8], ending: str, kept: float
) -> None:
    data = encoded(ending, rgb)
    path = tmp_path / f"half{ending}"
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(DataError, match=f"half{ending}"):
        read_rgb(path)


def test_the_end_marker_of_a_thumbnail_does_not_hide_a_cut(
    tmp_path: Path, rgb: NDArray[np.uint8]
) -> None:
    data = encoded(".jpg", rgb)
    thumbnail = encoded(".jpg", rgb[:8, :8])
    header = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    whole = data[:2] + header + data[2:]
    path = tmp_path / "photo.jpg"
    path.write_bytes(whole)
    assert read_rgb(path).shape == (40, 60, 3)
    path.write_bytes(whole[:-200])
    with pytest.raises(DataError, match="cut off"):
        read_rgb(path)


@pytest.mark.parametrize("content", [b"", b"this is no image"])
def test_an_error_names_a_file_that_is_not_an_image(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.jpg"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"text\.jpg"):
        read_rgb(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.png"):
        read_rgb(tmp_path / "gone.png")


def test_a_colour_image_is_not_a_mask(tmp_path: Path, rgb: NDArray[np.uint8]) -> None:
    (tmp_path / "m.png").write_bytes(encoded(".png", rgb))
    with pytest.raises(DataError, match=r"m\.png"):
        read_mask(tmp_path / "m.png")


def test_depth_is_read_in_metres(tmp_path: Path) -> None:
    millimetres = np.array([[0, 1500], [65535, 1]], np.uint16)
    (tmp_path / "d.png").write_bytes(encoded(".png", millimetres))
    depth = read_depth(tmp_path / "d.png")
    # The largest value is unknown.
    assert np.allclose(depth, [[0, 1.5], [0, 0.001]])
    (tmp_path / "e.png").write_bytes(encoded(".png", millimetres.astype(np.uint8)))
    with pytest.raises(DataError, match="16-bit"):
        read_depth(tmp_path / "e.png")


def test_an_error_gives_sizes_that_differ(tmp_path: Path, rgb: NDArray[np.uint8]) -> None:
    with pytest.raises(DataError, match=r"60x39.*60x40"):
        require_same_size(rgb, rgb[:39], tmp_path / "a.png", tmp_path / "b.png")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no images"):
        list_images(tmp_path)
    with pytest.raises(DataError, match="no folder"):
        list_images(tmp_path / "none")
