"""Files that appear completely or not at all, and locks that end with their process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from drive2walk.experiment.errors import DataError

# Ending of a file that is being written; readers look for .parquet, .mp4 and .json.
PART = ".part"


@contextmanager
def durable(path: Path) -> Iterator[Path]:
    """Yield a file to write. At the end of the block it becomes ``path`` and survives a power cut.

    Raises:
        DataError: The file can't be written; ``path`` is unchanged.
    """
    part = path.with_name(f"{path.name}{PART}")
    try:
        _make_folder(path.parent)
        yield part
        _sync(part)
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise DataError(
            f"can't write '{path}': {error.strerror}. Solve that problem and run again."
        ) from error
    finally:
        # On a failing disk this fails too; the error above is the one to report.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_durably(path: Path, content: bytes) -> None:
    """Write ``content`` so that ``path`` is the old or the complete new file at any moment.

    Raises:
        DataError: The file can't be written; ``path`` is unchanged.
    """
    with durable(path) as part:
        part.write_bytes(content)


@contextmanager
def locked(path: Path, message: str) -> Iterator[None]:
    """Hold the lock file ``path``; the system releases it when the process ends, in any way.

    Raises:
        DataError: Another process holds it (with ``message``), or it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
    except OSError as error:
        raise DataError(
            f"can't write to '{path.parent}': {error.strerror}. Give another folder."
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(message) from error
        yield


def make_read_error(path: Path, error: Exception) -> DataError:
    """Return the error for a file that can't be read, on one line and with the command to run."""
    reason = " ".join(str(error).split())
    return DataError(f"can't read '{path}' ({reason}). Run drive2walk teleop repair.")


def _make_folder(folder: Path) -> None:
    """Make a folder, and its parents, so that they too survive a power cut."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
