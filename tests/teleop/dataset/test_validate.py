import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.publish import publish
from drive2walk.teleop.dataset.repair import repair
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.recording.recorder import Recorder
from tests.teleop.toy_world import CAMERA, SETUP, demonstrate, numbered, record


def change_column(path: Path, name: str, change: Callable[[Any], Any]) -> None:
    table = pq.read_table(path)
    at = table.schema.get_field_index(name)
    values = change(np.array(table[name].to_pylist()))
    column = pa.array(values.tolist(), type=table.schema.field(name).type)
    pq.write_table(table.set_column(at, table.schema.field(name), column), path)


def change_json(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def late(values: Any) -> Any:
    values[4] += 0.5
    return values


def skipped(values: Any) -> Any:
    values[4] += 7
    return values


def not_a_number(values: Any) -> Any:
    values[3] = np.nan
    return values


# Damage to a dataset of three episodes, and a part of the resulting finding.
FAULTS: dict[str, tuple[Callable[[DatasetLayout], Any], str]] = {
    "time": (
        lambda d: change_column(d.data(1), "timestamp", late),
        "episode 1: timestamp of frame 4",
    ),
    "number": (lambda d: change_column(d.data(1), "index", skipped), "episode 1: index of frame 4"),
    "nan": (lambda d: change_column(d.data(1), "action", not_a_number), "action of frame 3 isn't"),
    "cut data": (lambda d: cut(d.data(2)), "can't read"),
    "no data": (lambda d: d.data(1).unlink(), "episode 1 is missing"),
    "no video": (lambda d: d.video(CAMERA.key, 1).unlink(), "is missing"),
    "cut video": (lambda d: cut(d.video(CAMERA.key, 1)), "file-001.mp4"),
    "swapped video": (
        lambda d: d.video(CAMERA.key, 2).replace(d.video(CAMERA.key, 1)),
        "file-001.mp4' shows another episode",
    ),
    "cut row": (lambda d: cut(d.index(1)), "can't read"),
    "swapped row": (lambda d: d.index(2).replace(d.index(1)), "the index has episode_index 2"),
    "totals": (lambda d: change_json(d.info, total_frames=4), "info.json has total_frames 4"),
    "features": (lambda d: change_json(d.info, features={}), "info.json has features"),
    "stats": (lambda d: d.stats.write_text("{}"), "stats.json lacks"),
    "no tasks": (lambda d: d.tasks.unlink(), "tasks.parquet"),
}
# Damage that can't be repaired from the saved frames.
LOST = ("time", "number", "nan", "no data")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_repaired(fault: str, tmp_path: Path) -> None:
    record(tmp_path, 3)
    assert validate(tmp_path).findings == []
    spoil, message = FAULTS[fault]
    spoil(DatasetLayout(tmp_path))
    findings = validate(tmp_path).findings
    assert any(message in line for line in findings), findings
    repair(tmp_path, numbered)
    found = validate(tmp_path)
    assert found.waiting == []
    assert bool(found.findings) == (fault in LOST), found.findings


def test_an_unreadable_episode_is_set_aside_and_not_deleted(tmp_path: Path) -> None:
    record(tmp_path, 3)
    path = DatasetLayout(tmp_path).data(2)
    cut(path)
    left = path.read_bytes()
    done = repair(tmp_path, numbered)
    assert [p.read_bytes() for p in done.set_aside] == [left]
    assert validate(tmp_path).episodes == 2
    with Recorder(tmp_path, SETUP) as recorder:
        assert demonstrate(recorder, 9, 5) == 2
        publish(tmp_path, numbered)
    assert validate(tmp_path).findings == []


def test_the_video_of_a_deleted_episode_is_not_used_for_the_next(tmp_path: Path) -> None:
    record(tmp_path, 2)
    old = DatasetLayout(tmp_path).video(CAMERA.key, 1).read_bytes()
    DatasetLayout(tmp_path).data(1).unlink()
    with pytest.raises(DataError, match="lacks the frames of episode 1"):
        Recorder(tmp_path, SETUP)
    repair(tmp_path, numbered)
    assert validate(tmp_path).findings == []
    with Recorder(tmp_path, SETUP) as recorder:
        assert demonstrate(recorder, 7, 26) == 1
    publish(tmp_path, numbered)
    assert DatasetLayout(tmp_path).video(CAMERA.key, 1).read_bytes() != old
    assert validate(tmp_path).findings == []


def test_saved_episodes_without_videos_only_wait(tmp_path: Path) -> None:
    with Recorder(tmp_path, SETUP) as recorder:
        demonstrate(recorder, 0, 5)
    found = validate(tmp_path)
    assert (found.episodes, found.findings, found.waiting) == (1, [], [0])
    assert repair(tmp_path, numbered).published == [0]
    DatasetLayout(tmp_path).info.unlink()
    found = validate(tmp_path)
    assert (found.findings, found.waiting) == ([], [0])
    repair(tmp_path, numbered)
    assert validate(tmp_path).waiting == []


def test_a_folder_without_episodes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no episodes"):
        validate(tmp_path)
    with pytest.raises(DataError, match="holds no episodes"):
        repair(tmp_path, numbered)
