"""The paths in a dataset's folder, with one file per episode."""

from __future__ import annotations

from pathlib import Path

from drive2walk.experiment.errors import DataError

DATA_PATH = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
VIDEO_PATH = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
EPISODES_PATH = "meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
INFO_PATH = "meta/info.json"
STATS_PATH = "meta/stats.json"
TASKS_PATH = "meta/tasks.parquet"
# Held by the process that adds episodes, and by the one that makes videos and index from them.
RECORDER_LOCK = ".recorder.lock"
PUBLISHER_LOCK = ".publisher.lock"
# Folder for files that can't be read; repair moves them there and deletes none.
BROKEN = "broken"

FILES_PER_CHUNK = 1000


class DatasetLayout:
    """The paths of the dataset at ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.info = root / INFO_PATH
        self.stats = root / STATS_PATH
        self.tasks = root / TASKS_PATH

    def data(self, episode: int) -> Path:
        """Return the file of an episode's frames."""
        return self.root / DATA_PATH.format(**locate_episode(episode))

    def video(self, key: str, episode: int) -> Path:
        """Return the file of an episode's video; ``key`` is the feature, observation.images.X."""
        return self.root / VIDEO_PATH.format(video_key=key, **locate_episode(episode))

    def index(self, episode: int) -> Path:
        """Return the file of an episode's row in the index."""
        return self.root / EPISODES_PATH.format(**locate_episode(episode))

    def saved(self) -> list[int]:
        """Return the indices of the episodes whose frames are on disk, ascending."""
        return _list_episodes(self.root / "data")

    def require_saved(self) -> list[int]:
        """Return the indices of the episodes whose frames are on disk, ascending.

        Raises:
            DataError: There are none.
        """
        saved = self.saved()
        if not saved:
            raise DataError(
                f"'{self.root}' holds no episodes. "
                "Give a dataset that drive2walk teleop record wrote."
            )
        return saved

    def indexed(self) -> list[int]:
        """Return the indices of the episodes that have a row in the index, ascending."""
        return _list_episodes(self.root / "meta" / "episodes")


def locate_episode(episode: int) -> dict[str, int]:
    """Return the chunk_index and file_index of an episode."""
    chunk_index, file_index = divmod(episode, FILES_PER_CHUNK)
    return {"chunk_index": chunk_index, "file_index": file_index}


def _list_episodes(folder: Path) -> list[int]:
    found = []
    for path in folder.glob("chunk-*/file-*.parquet"):
        chunk, file = path.parent.name.removeprefix("chunk-"), path.stem.removeprefix("file-")
        if chunk.isdecimal() and file.isdecimal():
            found.append(int(chunk) * FILES_PER_CHUNK + int(file))
    return sorted(found)
