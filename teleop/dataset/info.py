"""meta/info.json: the number of episodes and the description of every feature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset import layout
from drive2walk.teleop.dataset.files.durable import make_read_error
from drive2walk.teleop.dataset.files.episode_file import INDEX_TYPES, EpisodeHeader, get_dtype
from drive2walk.teleop.dataset.files.videos import describe_video
from drive2walk.teleop.dataset.layout import DatasetLayout

VERSION = "v3.0"
# Sizes at which LeRobot starts a new file; here each episode has its own.
DATA_FILES_SIZE_MB, VIDEO_FILES_SIZE_MB = 100, 200


def build_info(header: EpisodeHeader, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the content of info.json.

    Args:
        header: Header of any episode; all have the same features.
        rows: Rows of the index, one per episode.
    """
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
        "features": _describe_features(header),
    }


def read_info(root: Path) -> dict[str, Any]:
    """Return the content of info.json.

    Raises:
        DataError: There is no such file, or it isn't JSON.
    """
    path = DatasetLayout(root).info
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"'{root}' has no meta/info.json. Run drive2walk teleop repair.") from error
    except (OSError, ValueError) as error:
        raise make_read_error(path, error) from error


def _describe_features(header: EpisodeHeader) -> dict[str, Any]:
    setup = header.episode.setup
    features: dict[str, Any] = {}
    for name, size in header.sizes().items():
        names = setup.names.get(name, [f"{name}.{k}" for k in range(size)])
        features[name] = {"dtype": get_dtype(name), "shape": [size], "names": names}
    features |= {camera.key: describe_video(camera, setup.fps) for camera in setup.cameras}
    index = {k: {"dtype": t, "shape": [1], "names": None} for k, t in INDEX_TYPES.items()}
    return features | index
