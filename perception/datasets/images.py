"""Images from files, or one clear error that names the file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
START_OF_SCAN = 0xDA
FARTHEST_MM = 65535
END_OF_JPEG = b"\xff\xd9"
END_OF_PNG = b"IEND\xaeB`\x82"


def list_images(folder: Path) -> list[Path]:
    """Return the image files of ``folder``, sorted by name.

    Raises:
        DataError: there is no such folder, or no image in it.
    """
    if not folder.is_dir():
        raise DataError(f"no folder '{folder}'. Give a folder that holds images.")
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGE_ENDINGS)
    if not paths:
        raise DataError(f"no images in '{folder}'. Readable: {', '.join(IMAGE_ENDINGS)}.")
    return paths


def read_image(path: Path) -> NDArray:
    """Return an image as it is stored.

    Raises:
        DataError: the file is missing, cut off, or no image.
    """
    return _decode(path, cv2.IMREAD_UNCHANGED)


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """Return the image (height, width, 3) uint8 RGB, turned upright as its EXIF says.

    Raises:
        DataError: the file is missing, cut off, or no image.
    """
    image = _decode(path, cv2.IMREAD_COLOR)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def read_mask(path: Path) -> NDArray[np.uint8]:
    """Return a mask (height, width) uint8 of class indices.

    Raises:
        DataError: the file is missing, cut off, no image, or not 8-bit with one channel.
    """
    mask = _decode(path, cv2.IMREAD_UNCHANGED)
    if mask.ndim != 2 or mask.dtype != np.uint8:
        raise DataError(
            f"'{path}' is no mask: it has shape {mask.shape} and type {mask.dtype}; "
            "save one 8-bit channel that holds the class index."
        )
    return mask


def read_depth(path: Path) -> NDArray[np.float32]:
    """Return z-depth (height, width) in metres from 16-bit millimetres; 0 where unknown.

    The largest value stands for anything farther, so it is unknown too.

    Raises:
        DataError: the file is missing, cut off, no image, or not 16-bit with one channel.
    """
    depth = _decode(path, cv2.IMREAD_UNCHANGED)
    if depth.ndim != 2 or depth.dtype != np.uint16:
        raise DataError(f"'{path}' is no depth image: save one 16-bit channel of millimetres.")
    depth[depth == FARTHEST_MM] = 0
    return depth.astype(np.float32) * np.float32(1e-3)


def require_whole(path: Path) -> None:
    """Check, without decoding it, that an image or a .npz file is there from start to end.

    Raises:
        DataError: it is missing, empty or cut off.
    """
    if path.suffix == ".npz":
        if not path.is_file():
            raise DataError(f"no file '{path}'. Record the scan again.")
        if not zipfile.is_zipfile(path):
            raise _cut_off(path)
        return
    data = _bytes(path)
    if not data or _is_cut_off(data):
        raise _cut_off(path)


def require_same_size(image: NDArray, label: NDArray, image_path: Path, label_path: Path) -> None:
    """Check that a label covers its image.

    Raises:
        DataError: their sizes differ.
    """
    if image.shape[:2] != label.shape[:2]:
        sizes = [f"{a.shape[1]}x{a.shape[0]}" for a in (label, image)]
        raise DataError(
            f"'{label_path}' is {sizes[0]} but its image '{image_path}' is {sizes[1]}. "
            "Make them the same size."
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"can't read '{path}': {reason}. Give an image file.") from error


def _cut_off(path: Path) -> DataError:
    return DataError(f"'{path}' is cut off. Copy it again or remove it.")


def _decode(path: Path, flags: int) -> NDArray:
    data = _bytes(path)
    # OpenCV fills what is missing of a cut-off file with grey and says nothing.
    if _is_cut_off(data):
        raise _cut_off(path)
    image = None
    if data:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if image is None:
        raise DataError(f"'{path}' is not a readable image. Remove it or save it as PNG or JPEG.")
    return image


def _is_cut_off(data: bytes) -> bool:
    if data.startswith(b"\xff\xd8"):
        return END_OF_JPEG not in data[_start_of_scan(data) :]
    if data.startswith(b"\x89PNG"):
        return END_OF_PNG not in data
    return False


def _start_of_scan(data: bytes) -> int:
    # A thumbnail inside a header segment has an end of its own, so walk the segments.
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != START_OF_SCAN:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return at
