"""An episode as one parquet file: frames as columns, their origin in the file's metadata."""

from __future__ import annotations

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
from drive2walk.teleop.dataset.files.durable import durable, make_read_error
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.files.origin import decode_origin, encode_origin

# Key of the origin in the parquet file's metadata.
ORIGIN_KEY = b"drive2walk"
# Features with exact simulator values; all others are float32, as policies read them.
EXACT = ("sim.qpos", "sim.qvel", "sim.ctrl")
# Features that LeRobotDataset v3.0 adds to every frame.
INDEX_TYPES = {
    "timestamp": "float32",
    "frame_index": "int64",
    "episode_index": "int64",
    "index": "int64",
    "task_index": "int64",
}


@dataclass(frozen=True)
class EpisodeHeader:
    """The content of an episode's file without its frames.

    Attributes:
        episode: Episode with empty columns.
        length: Number of frames.
        task_index: Index of the task in the dataset.
        schema: Arrow schema of the frames.
    """

    episode: Episode
    length: int
    task_index: int
    schema: pa.Schema

    def sizes(self) -> dict[str, int]:
        """Return the number of values of each of the episode's features."""
        sizes = {}
        for field_ in self.schema:
            if field_.name not in INDEX_TYPES:
                nested = pa.types.is_fixed_size_list(field_.type)
                sizes[field_.name] = field_.type.list_size if nested else 1
        return sizes


def get_dtype(feature: str) -> str:
    """Return the type in which a feature's values are stored."""
    return "float64" if feature in EXACT else "float32"


def write_episode(path: Path, episode: Episode, number: int, first: int, task_index: int) -> None:
    """Write an episode; the file at ``path`` is complete, or the call fails.

    Args:
        path: Path of the parquet file.
        episode: Frames and their origin.
        number: Index of the episode in the dataset.
        first: Index of its first frame in the dataset.
        task_index: Index of its task in the dataset.

    Raises:
        DataError: The file can't be written.
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
    arrays = {name: _to_arrow(column, get_dtype(name)) for name, column in episode.columns.items()}
    arrays |= {name: pa.array(values.astype(INDEX_TYPES[name])) for name, values in index.items()}
    origin = {ORIGIN_KEY: json.dumps(encode_origin(episode, task_index)).encode()}
    table = pa.table(arrays).replace_schema_metadata(origin)
    with durable(path) as part:
        pq.write_table(table, part, compression="zstd")


def read_episode(path: Path) -> Episode:
    """Read an episode.

    Raises:
        DataError: The file can't be read or isn't an episode of drive2walk.
    """
    header = read_header(path)
    columns = _read_columns(path, list(header.sizes()))
    return dataclasses.replace(header.episode, columns=columns)


def read_index(path: Path) -> dict[str, NDArray[Any]]:
    """Read the features that LeRobotDataset adds to an episode's frames, (length, 1) each.

    Raises:
        DataError: The file can't be read.
    """
    return _read_columns(path, list(INDEX_TYPES))


def read_header(path: Path) -> EpisodeHeader:
    """Read an episode's origin, without its frames.

    Raises:
        DataError: The file can't be read or isn't an episode of drive2walk.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, length = file.schema_arrow, file.metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise make_read_error(path, error) from error
    try:
        origin = json.loads((schema.metadata or {})[ORIGIN_KEY])
        return EpisodeHeader(decode_origin(origin), length, origin["task_index"], schema)
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(
            f"'{path}' doesn't contain the origin of its frames. "
            "Give a dataset that drive2walk teleop record wrote."
        ) from error


def _read_columns(path: Path, names: list[str]) -> dict[str, NDArray[Any]]:
    try:
        table = pq.read_table(path, columns=names, use_threads=False)
        return {name: _to_numpy(table.column(name).combine_chunks()) for name in names}
    except (OSError, KeyError, pa.ArrowException) as error:
        raise make_read_error(path, error) from error


def _to_numpy(column: pa.Array) -> NDArray[Any]:
    """Return a feature's values, (length, size)."""
    if pa.types.is_fixed_size_list(column.type):
        size = column.type.list_size
        return column.flatten().to_numpy(zero_copy_only=False).reshape(-1, size)
    return column.to_numpy(zero_copy_only=False).reshape(-1, 1)


def _to_arrow(values: NDArray[Any], dtype: str) -> pa.Array:
    """Return a feature's values (length, size) as an Arrow array."""
    flat = pa.array(np.ascontiguousarray(values, dtype=dtype).ravel())
    size = values.shape[1]
    return flat if size == 1 else pa.FixedSizeListArray.from_arrays(flat, size)
