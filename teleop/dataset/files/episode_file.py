"""An episode as one parquet file: frames as columns, their origin in the file's metadata."""

from __future__ import annotations

import base64
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import durable
from drive2walk.teleop.dataset.files.episode import Episode, Segment, Setup, VideoCamera

# Key of the episode's origin in the parquet file's metadata.
ORIGIN_KEY = b"drive2walk"
# Features of exact simulator values; all others are float32, as policies read them.
EXACT = ("sim.qpos", "sim.qvel", "sim.ctrl")
# What LeRobotDataset v3.0 adds to every frame.
INDEX_TYPES = {
    "timestamp": "float32",
    "frame_index": "int64",
    "episode_index": "int64",
    "index": "int64",
    "task_index": "int64",
}


def dtype_of(feature: str) -> str:
    """Return the type a feature's values are stored with."""
    return "float64" if feature in EXACT else "float32"


def write_episode(path: Path, episode: Episode, number: int, first: int, task_index: int) -> None:
    """Write an episode; it is at ``path`` whole, or the call failed.

    Args:
        path: of the parquet file.
        episode: the frames and their origin.
        number: the episode's index in the dataset.
        first: index of its first frame in the dataset.
        task_index: of its task in the dataset.

    Raises:
        DataError: it can't be written.
    """
    length = episode.length
    frames = np.arange(length)
    index = {
        "timestamp": frames / episode.setup.fps,
        "frame_index": frames,
        "episode_index": np.full(length, number),
        "index": first + frames,
        "task_index": np.full(length, task_index),
    }
    arrays = {name: _array(column, dtype_of(name)) for name, column in episode.columns.items()}
    arrays |= {name: pa.array(values.astype(INDEX_TYPES[name])) for name, values in index.items()}
    origin = {ORIGIN_KEY: json.dumps(_origin(episode, task_index)).encode()}
    table = pa.table(arrays).replace_schema_metadata(origin)
    with durable(path) as part:
        pq.write_table(table, part, compression="zstd")


def read_episode(path: Path) -> Episode:
    """Read an episode.

    Raises:
        DataError: the file can't be read or isn't one of this project's episodes.
    """
    header = read_header(path)
    columns = _columns(path, list(header.sizes()))
    return dataclasses.replace(header.episode, columns=columns)


def read_index(path: Path) -> dict[str, NDArray[Any]]:
    """Read what LeRobotDataset adds to an episode's frames: feature -> (length, 1).

    Raises:
        DataError: the file can't be read.
    """
    return _columns(path, list(INDEX_TYPES))


@dataclass(frozen=True)
class Header:
    """What an episode's file says without its frames being read.

    Attributes:
        episode: with empty columns.
        length: number of frames.
        task_index: of its task in the dataset.
        schema: of the frames.
    """

    episode: Episode
    length: int
    task_index: int
    schema: pa.Schema

    def sizes(self) -> dict[str, int]:
        """Return how many values each of the episode's features has."""
        sizes = {}
        for field_ in self.schema:
            if field_.name not in INDEX_TYPES:
                nested = pa.types.is_fixed_size_list(field_.type)
                sizes[field_.name] = field_.type.list_size if nested else 1
        return sizes


def read_header(path: Path) -> Header:
    """Read what an episode comes from, without its frames.

    Raises:
        DataError: the file can't be read or isn't one of this project's episodes.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, length = file.schema_arrow, file.metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error
    try:
        origin = json.loads((schema.metadata or {})[ORIGIN_KEY])
        return Header(_episode(origin), length, origin["task_index"], schema)
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(
            f"'{path}' doesn't say what its frames come from. "
            "Give a dataset that drive2walk teleop record wrote."
        ) from error


def _columns(path: Path, names: list[str]) -> dict[str, NDArray[Any]]:
    try:
        table = pq.read_table(path, columns=names, use_threads=False)
        return {name: _values(table.column(name).combine_chunks()) for name in names}
    except (OSError, KeyError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _values(column: pa.Array) -> NDArray[Any]:
    """Return a feature's values, (length, size)."""
    if pa.types.is_fixed_size_list(column.type):
        size = column.type.list_size
        return column.flatten().to_numpy(zero_copy_only=False).reshape(-1, size)
    return column.to_numpy(zero_copy_only=False).reshape(-1, 1)


def _array(values: NDArray[Any], dtype: str) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(values, dtype=dtype).ravel())
    size = values.shape[1]
    return flat if size == 1 else pa.FixedSizeListArray.from_arrays(flat, size)


def _origin(episode: Episode, task_index: int) -> dict[str, Any]:
    return {
        "setup": dataclasses.asdict(episode.setup),
        "task": episode.task,
        "task_index": task_index,
        "scene": episode.scene,
        "segments": [
            {"start": s.start, "state": base64.b64encode(s.state.astype("<f8").tobytes()).decode()}
            for s in episode.segments
        ],
        "fingerprint": episode.fingerprint,
        "mujoco_version": episode.mujoco_version,
    }


def _episode(origin: dict[str, Any]) -> Episode:
    setup = origin["setup"]
    cameras = tuple(VideoCamera(**camera) for camera in setup["cameras"])
    segments = tuple(
        Segment(s["start"], np.frombuffer(base64.b64decode(s["state"]), dtype="<f8"))
        for s in origin["segments"]
    )
    return Episode(
        setup=Setup(setup["robot"], setup["fps"], cameras, setup["names"]),
        task=origin["task"],
        scene=origin["scene"],
        segments=segments,
        columns={},
        fingerprint=origin["fingerprint"],
        mujoco_version=origin["mujoco_version"],
    )


def _unreadable(path: Path, error: Exception) -> DataError:
    reason = " ".join(str(error).split())
    return DataError(f"can't read '{path}' ({reason}). Run drive2walk teleop repair.")
