"""The dataset's index in meta/: a row an episode, the tasks, the statistics, info.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset import layout
from drive2walk.teleop.dataset.files import videos
from drive2walk.teleop.dataset.files.durable import durable, write_durably
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.files.episode_file import INDEX_TYPES, Header, dtype_of, read_header
from drive2walk.teleop.dataset.layout import Layout, place
from drive2walk.teleop.dataset.stats import NAMES, Stats, pooled

VERSION = "v3.0"
# What LeRobot aims at when it puts several episodes into a file; here each has its own.
DATA_FILES_SIZE_MB, VIDEO_FILES_SIZE_MB = 100, 200


def write_row(
    path: Path, episode: Episode, number: int, first: int, stats: dict[str, Stats]
) -> None:
    """Write an episode's row of the index; readers find the episode by it.

    Args:
        path: of the parquet file.
        episode: whose row it is.
        number: its index.
        first: the index of its first frame in the dataset.
        stats: of its features.
    """
    here = place(number)
    row: dict[str, Any] = {
        "episode_index": number,
        "tasks": [episode.task],
        "length": episode.length,
        "dataset_from_index": first,
        "dataset_to_index": first + episode.length,
    }
    for kind in ("data", "meta/episodes"):
        row |= {f"{kind}/{name}": value for name, value in here.items()}
    for camera in episode.setup.cameras:
        row |= {f"videos/{camera.key}/{name}": value for name, value in here.items()}
        row[f"videos/{camera.key}/from_timestamp"] = 0.0
        row[f"videos/{camera.key}/to_timestamp"] = episode.length / episode.setup.fps
    for feature, values in stats.items():
        row |= {f"stats/{feature}/{name}": _listed(name, values) for name in NAMES}
    with durable(path) as part:
        pq.write_table(pa.table({name: [value] for name, value in row.items()}), part)


def read_row(path: Path) -> dict[str, Any]:
    """Return an episode's row of the index.

    Raises:
        DataError: it can't be read.
    """
    return _rows(path)[0]


def write_tasks(path: Path, tasks: dict[str, int]) -> None:
    """Write the tasks and their indices, in the shape that pandas gives a frame with an index."""
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
    with durable(path) as part:
        pq.write_table(
            table.replace_schema_metadata({b"pandas": json.dumps(pandas).encode()}), part
        )


def read_tasks(path: Path) -> dict[str, int]:
    """Return the index of each task.

    Raises:
        DataError: the file can't be read.
    """
    return {row["task"]: row["task_index"] for row in _rows(path)}


def write_summary(root: Path) -> None:
    """Write stats.json and info.json from the rows of the index; info.json, which counts, last."""
    here = Layout(root)
    numbers = here.indexed()
    rows = [read_row(here.index(number)) for number in numbers]
    header = read_header(here.data(numbers[-1]))
    stats = {name: pooled([_stats(row, name) for row in rows]) for name in _features(rows[0])}
    listed = {name: {k: _listed(k, s) for k in NAMES} for name, s in stats.items()}
    write_durably(here.stats, json.dumps(listed, indent=1).encode())
    write_durably(here.info, json.dumps(info_of(header, rows), indent=1).encode())


def info_of(header: Header, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return info.json for the episodes in ``rows``, whose frames look as ``header`` says."""
    setup = header.episode.setup
    return {
        "codebase_version": VERSION,
        "robot_type": setup.robot,
        "total_episodes": len(rows),
        "total_frames": sum(row["length"] for row in rows),
        "total_tasks": len({task for row in rows for task in row["tasks"]}),
        "chunks_size": layout.FILES_PER_CHUNK,
        "data_files_size_in_mb": DATA_FILES_SIZE_MB,
        "video_files_size_in_mb": VIDEO_FILES_SIZE_MB,
        "fps": setup.fps,
        "splits": {"train": f"0:{len(rows)}"},
        "data_path": layout.DATA_PATH,
        "video_path": layout.VIDEO_PATH if setup.cameras else None,
        "features": _described(header),
    }


def read_info(root: Path) -> dict[str, Any]:
    """Return info.json.

    Raises:
        DataError: there is none, or it isn't JSON.
    """
    path = Layout(root).info
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"'{root}' has no meta/info.json. Run drive2walk teleop repair.") from error
    except (OSError, ValueError) as error:
        raise DataError(f"can't read '{path}' ({error}). Run drive2walk teleop repair.") from error


def _described(header: Header) -> dict[str, Any]:
    setup = header.episode.setup
    features: dict[str, Any] = {}
    for name, size in header.sizes().items():
        names = setup.names.get(name, [f"{name}.{k}" for k in range(size)])
        features[name] = {"dtype": dtype_of(name), "shape": [size], "names": names}
    features |= {camera.key: videos.feature_of(camera, setup.fps) for camera in setup.cameras}
    index = {k: {"dtype": t, "shape": [1], "names": None} for k, t in INDEX_TYPES.items()}
    return features | index


def _features(row: dict[str, Any]) -> list[str]:
    ending = "/count"
    return [
        key.removeprefix("stats/").removesuffix(ending)
        for key in row
        if key.startswith("stats/") and key.endswith(ending)
    ]


def _stats(row: dict[str, Any], feature: str) -> Stats:
    return {name: np.array(row[f"stats/{feature}/{name}"], dtype=np.float64) for name in NAMES}


def _listed(name: str, stats: Stats) -> list[Any]:
    """Return a statistic as JSON and parquet hold it."""
    values = stats[name]
    return values.astype(np.int64).tolist() if name == "count" else values.tolist()


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return pq.read_table(path, use_threads=False).to_pylist()
    except (OSError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())
        raise DataError(f"can't read '{path}' ({reason}). Run drive2walk teleop repair.") from error
