"""Images from files; every error names the file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
START_OF_SCAN = 0xDA
UNKNOWN_MM = 65535
END_OF_JPEG = b"\xff\xd9"
END_OF_PNG = b"IEND\xaeB`\x82"


def list_images(folder: Path) -> list[Path]:
    """Return the image files of ``folder``, sorted by name.

    Raises:
        DataError: The folder does not exist or holds no image.
    """
    if not folder.is_dir():
        raise DataError(f"no folder '{folder}'. Give a folder that holds images.")
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGE_ENDINGS)
    if not paths:
        raise DataError(f"no images in '{folder}'. Readable: {', '.join(IMAGE_ENDINGS)}.")
    return paths


def read_image(path: Path) -> NDArray:
    """Return an image with its stored channels and type.

    Raises:
        DataError: The file is missing, cut off or not an image.
    """
    return _decode(path, cv2.IMREAD_UNCHANGED)


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """Return the image (height, width, 3), uint8 RGB, rotated according to its EXIF data.

    Raises:
        DataError: The file is missing, cut off or not an image.
    """
    image = _decode(path, cv2.IMREAD_COLOR)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def read_mask(path: Path) -> NDArray[np.uint8]:
    """Return a mask (height, width) of class indices, uint8.

    Raises:
        DataError: The file is missing, cut off, or not an 8-bit image with one channel.
    """
    mask = _decode(path, cv2.IMREAD_UNCHANGED)
    if mask.ndim != 2 or mask.dtype != np.uint8:
        raise DataError(
            f"'{path}' is not a mask: it has shape {mask.shape} and type {mask.dtype}; "
            "save one 8-bit channel with the class indices."
        )
    return mask


def read_depth(path: Path) -> NDArray[np.float32]:
    """Return z-depth (height, width) in metres, 0 where unknown; the file holds millimetres.

    The largest 16-bit value stands for any greater depth and counts as unknown.

    Raises:
        DataError: The file is missing, cut off, or not a 16-bit image with one channel.
    """
    depth = _decode(path, cv2.IMREAD_UNCHANGED)
    if depth.ndim != 2 or depth.dtype != np.uint16:
        raise DataError(f"'{path}' is not a depth image: save one 16-bit channel in millimetres.")
    depth[depth == UNKNOWN_MM] = 0
    return depth.astype(np.float32) * np.float32(1e-3)


def require_complete(path: Path) -> None:
    """Check that an image or a .npz file is complete, without decoding it.

    Raises:
        DataError: The file is missing, empty or cut off.
    """
    if path.suffix == ".npz":
        if not path.is_file():
            raise DataError(f"no file '{path}'. Record the scan again.")
        if not zipfile.is_zipfile(path):
            raise _cut_off_error(path)
        return
    data = _read_bytes(path)
    if not data or _is_cut_off(data):
        raise _cut_off_error(path)


def require_same_size(image: NDArray, label: NDArray, image_path: Path, label_path: Path) -> None:
    """Check that a label has the size of its image.

    Raises:
        DataError: The sizes differ.
    """
    if image.shape[:2] != label.shape[:2]:
        sizes = [f"{a.shape[1]}x{a.shape[0]}" for a in (label, image)]
        raise DataError(
            f"'{label_path}' is {sizes[0]} but its image '{image_path}' is {sizes[1]}. "
            "Make them the same size."
        )


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"can't read '{path}': {reason}. Give an image file.") from error


def _cut_off_error(path: Path) -> DataError:
    return DataError(f"'{path}' is cut off. Copy it again or remove it.")


def _decode(path: Path, flags: int) -> NDArray:
    data = _read_bytes(path)
    # OpenCV fills the missing part of a file with grey and reports no error.
    if _is_cut_off(data):
        raise _cut_off_error(path)
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
    # A thumbnail in a header segment has its own end marker, so skip header segments.
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != START_OF_SCAN:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return at
