import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from drive2walk.experiment.errors import DataError, RenderError
from drive2walk.teleop.dataset.index import read_row
from drive2walk.teleop.dataset.info import read_info
from drive2walk.teleop.dataset.layout import DatasetLayout, locate_episode
from drive2walk.teleop.dataset.publish import find_unseen, publish
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.stats import compute_feature_stats
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.recording.recorder import Recorder
from tests.teleop.toy_world import (
    CAMERA,
    SETUP,
    TASK,
    demonstrate,
    number_of,
    numbered,
    record,
)


def test_readers_find_every_episode(tmp_path: Path) -> None:
    record(tmp_path, 3, length=10)
    info = read_info(tmp_path)
    assert info["codebase_version"] == "v3.0"
    assert (info["total_episodes"], info["total_frames"], info["total_tasks"]) == (3, 33, 1)
    assert info["splits"] == {"train": "0:3"}
    row = read_row(DatasetLayout(tmp_path).index(2))
    assert (row["dataset_from_index"], row["dataset_to_index"], row["length"]) == (21, 33, 12)
    assert row["tasks"] == [TASK]
    for number in range(3):
        row = read_row(DatasetLayout(tmp_path).index(number))
        data = {name: row[f"data/{name}"] for name in ("chunk_index", "file_index")}
        path = tmp_path / info["data_path"].format(**data)
        assert pq.read_table(path)["episode_index"].to_pylist() == [number] * (10 + number)
        video = {name: row[f"videos/{CAMERA.key}/{name}"] for name in data}
        assert (tmp_path / info["video_path"].format(video_key=CAMERA.key, **video)).is_file()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_slow_camera_s_images_stay_for_some_frames(tmp_path: Path, workers: int) -> None:
    camera = dataclasses.replace(CAMERA, image_frames=5)
    setup = dataclasses.replace(SETUP, cameras=(camera,))
    with Recorder(tmp_path, setup) as recorder:
        for seed in range(2):
            demonstrate(recorder, seed, length=13)
    assert publish(tmp_path, numbered, workers) == [0, 1]
    assert validate(tmp_path).findings == []
    images = DatasetReader(tmp_path).images(1, "head", list(range(13)))
    assert [number_of(image) for image in images] == [0] * 5 + [1] * 5 + [2] * 3
    with pytest.raises(DataError, match="a new image every 5 frames"):
        Recorder(tmp_path, SETUP)


def test_features_describe_the_columns(tmp_path: Path) -> None:
    record(tmp_path, 1)
    features = read_info(tmp_path)["features"]
    schema = pq.read_schema(DatasetLayout(tmp_path).data(0))
    assert set(schema.names) == set(features) - {CAMERA.key}
    types = {"float32": "float", "float64": "double", "int64": "int64"}
    for name in schema.names:
        kind, (size,) = schema.field(name).type, features[name]["shape"]
        assert size == 1 or kind.list_size == size
        assert str(kind if size == 1 else kind.value_type) == types[features[name]["dtype"]]
    assert features["action"]["names"] == ["swing"]
    assert features[CAMERA.key]["shape"] == [48, 64, 3]


def test_each_image_shows_its_frame(tmp_path: Path) -> None:
    record(tmp_path, 2)
    images = DatasetReader(tmp_path).images(1, "head", [0, 25, 12])
    assert [number_of(image) for image in images] == [0, 25, 12]


def test_statistics_cover_all_episodes(tmp_path: Path) -> None:
    record(tmp_path, 2)
    stats = json.loads((tmp_path / "meta" / "stats.json").read_text())
    dataset = DatasetReader(tmp_path)
    action = np.vstack([dataset.episode(number).columns["action"] for number in (0, 1)])
    for name in ("min", "max", "mean", "std"):
        assert stats["action"][name] == pytest.approx(compute_feature_stats(action)[name].tolist())
    assert stats["index"]["max"] == [50]
    assert set(stats) == set(read_info(tmp_path)["features"])
    assert np.shape(stats[CAMERA.key]["mean"]) == (3, 1, 1)


def test_without_a_renderer_the_episode_is_saved_and_waits(tmp_path: Path) -> None:
    def broken(*_: object) -> Iterator[np.ndarray]:
        raise RenderError("this machine can't render off screen.")
        yield

    with Recorder(tmp_path, SETUP) as recorder:
        demonstrate(recorder, 0, 5)
        with pytest.raises(RenderError):
            publish(tmp_path, broken)
        demonstrate(recorder, 1, 5)
    assert find_unseen(tmp_path) == [0, 1]
    assert publish(tmp_path, numbered) == [0, 1]
    assert find_unseen(tmp_path) == []
    assert publish(tmp_path, numbered) == []


def test_a_chunk_holds_a_thousand_files() -> None:
    assert locate_episode(999) == {"chunk_index": 0, "file_index": 999}
    assert locate_episode(2001) == {"chunk_index": 2, "file_index": 1}
    assert DatasetLayout(Path("d")).data(1000) == Path("d/data/chunk-001/file-000.parquet")
