"""The dataset's index in meta/: one row per episode, the tasks and the statistics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from drive2walk.teleop.dataset.files.durable import durable, make_read_error, write_durably
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.files.episode_file import read_header
from drive2walk.teleop.dataset.info import build_info
from drive2walk.teleop.dataset.layout import DatasetLayout, locate_episode
from drive2walk.teleop.dataset.stats import NAMES, Stats, pool_stats


def write_row(
    path: Path, episode: Episode, number: int, first: int, stats: dict[str, Stats]
) -> None:
    """Write an episode's row of the index, by which readers find the episode.

    Args:
        path: Path of the parquet file.
        episode: Episode of the row.
        number: Index of the episode.
        first: Index of its first frame in the dataset.
        stats: Statistics of each feature.

    Raises:
        DataError: The file can't be written.
    """
    location = locate_episode(number)
    row = describe_row(episode, number, first)
    for camera in episode.setup.cameras:
        row |= {f"videos/{camera.key}/{name}": value for name, value in location.items()}
        row[f"videos/{camera.key}/from_timestamp"] = 0.0
        row[f"videos/{camera.key}/to_timestamp"] = episode.length / episode.setup.fps
    for feature, values in stats.items():
        row |= {f"stats/{feature}/{name}": _to_list(name, values) for name in NAMES}
    with durable(path) as part:
        pq.write_table(pa.table({name: [value] for name, value in row.items()}), part)


def describe_row(episode: Episode, number: int, first: int) -> dict[str, Any]:
    """Return the part of an episode's row that locates its frames in the dataset.

    Args:
        episode: Episode of the row.
        number: Index of the episode.
        first: Index of its first frame in the dataset.
    """
    row: dict[str, Any] = {
        "episode_index": number,
        "tasks": [episode.task],
        "length": episode.length,
        "dataset_from_index": first,
        "dataset_to_index": first + episode.length,
    }
    for kind in ("data", "meta/episodes"):
        row |= {f"{kind}/{name}": value for name, value in locate_episode(number).items()}
    return row


def read_row(path: Path) -> dict[str, Any]:
    """Return an episode's row of the index.

    Raises:
        DataError: The file can't be read.
    """
    return _read_rows(path)[0]


def write_tasks(path: Path, tasks: dict[str, int]) -> None:
    """Write the tasks and their indices, in the form of a pandas frame with the index ``task``.

    Raises:
        DataError: The file can't be written.
    """
    columns = [("task_index", "int64", "int64"), ("task", "unicode", "object")]
    pandas = {
        "index_columns": ["task"],
        "column_indexes": [],
        "columns": [
            {
                "name": name,
                "field_name": name,
                "pandas_type": kind,
                "numpy_type": numpy_kind,
                "metadata": None,
            }
            for name, kind, numpy_kind in columns
        ],
        "pandas_version": "2.0.0",
    }
    texts = sorted(tasks, key=lambda text: tasks[text])
    table = pa.table({"task_index": [tasks[text] for text in texts], "task": texts})
    metadata = {b"pandas": json.dumps(pandas).encode()}
    with durable(path) as part:
        pq.write_table(table.replace_schema_metadata(metadata), part)


def read_tasks(path: Path) -> dict[str, int]:
    """Return the index of each task.

    Raises:
        DataError: The file can't be read.
    """
    return {row["task"]: row["task_index"] for row in _read_rows(path)}


def write_summary(root: Path) -> None:
    """Write stats.json and then info.json, which contains the counts, from the rows of the index.

    Raises:
        DataError: A row can't be read, or a file can't be written.
    """
    here = DatasetLayout(root)
    numbers = here.indexed()
    rows = [read_row(here.index(number)) for number in numbers]
    header = read_header(here.data(numbers[-1]))
    pooled = {
        name: pool_stats([_read_stats(row, name) for row in rows]) for name in _list_features(rows)
    }
    stats = {feature: {k: _to_list(k, s) for k in NAMES} for feature, s in pooled.items()}
    write_durably(here.stats, json.dumps(stats, indent=1).encode())
    write_durably(here.info, json.dumps(build_info(header, rows), indent=1).encode())


def _list_features(rows: list[dict[str, Any]]) -> list[str]:
    """Return the features that have statistics in the first row."""
    ending = "/count"
    return [
        key.removeprefix("stats/").removesuffix(ending)
        for key in rows[0]
        if key.startswith("stats/") and key.endswith(ending)
    ]


def _read_stats(row: dict[str, Any], feature: str) -> Stats:
    return {name: np.array(row[f"stats/{feature}/{name}"], dtype=np.float64) for name in NAMES}


def _to_list(name: str, stats: Stats) -> list[Any]:
    """Return a statistic in the form that JSON and parquet store."""
    values = stats[name]
    return values.astype(np.int64).tolist() if name == "count" else values.tolist()


def _read_rows(path: Path) -> list[dict[str, Any]]:
    try:
        return pq.read_table(path, use_threads=False).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise make_read_error(path, error) from error
