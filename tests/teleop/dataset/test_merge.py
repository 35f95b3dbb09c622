import dataclasses
from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.merge import merge
from drive2walk.teleop.dataset.publish import publish
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.repair import repair
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.replay import replay
from tests.teleop.toy_world import SETUP, TASK, build, demonstrate, number_of, numbered, record


def forbidden(*_: object) -> None:
    raise AssertionError("a video was rendered that could have been copied")


def test_a_merged_dataset_has_the_episodes_of_both(tmp_path: Path) -> None:
    record(tmp_path / "a", 2)
    with Recorder(tmp_path / "b", SETUP) as recorder:
        demonstrate(recorder, 8, 7, "stand")
        demonstrate(recorder, 9, 9, TASK)
        publish(tmp_path / "b", numbered)
    assert merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c", forbidden) == 4
    assert validate(tmp_path / "c").findings == []
    merged, sources = (
        DatasetReader(tmp_path / "c"),
        [DatasetReader(tmp_path / name) for name in "ab"],
    )
    assert merged.summary()["tasks"] == {TASK: 3, "stand": 1}
    for number, (source, episode) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        old, new = sources[source].episode(episode), merged.episode(number)
        for name, values in old.columns.items():
            np.testing.assert_array_equal(new.columns[name], values)
        assert (new.task, new.scene) == (old.task, old.scene)
        assert replay(new, build).difference is None
        assert number_of(merged.images(number, "head", [3])[0]) == 3


def test_a_gap_is_closed(tmp_path: Path) -> None:
    record(tmp_path / "a", 3)
    DatasetLayout(tmp_path / "a").data(1).write_bytes(b"PAR1")
    repair(tmp_path / "a", numbered)
    assert "episode 1 is missing" in validate(tmp_path / "a").findings
    with pytest.raises(DataError, match="teleop merge"):
        Recorder(tmp_path / "a", SETUP)
    assert merge([tmp_path / "a"], tmp_path / "b", forbidden) == 2
    assert validate(tmp_path / "b").findings == []
    assert DatasetReader(tmp_path / "b").episode(1).scene["seed"] == 2


def test_a_merge_of_no_datasets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no dataset"):
        merge([], tmp_path / "out", lambda *_: iter(()))


def test_different_datasets_and_existing_folders_are_refused(tmp_path: Path) -> None:
    record(tmp_path / "a", 1)
    with Recorder(tmp_path / "b", dataclasses.replace(SETUP, fps=25)) as recorder:
        demonstrate(recorder, 0, 5)
    with pytest.raises(DataError, match="recorded with fps 25, not 50"):
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c", numbered)
    assert not (tmp_path / "c").exists()
    with pytest.raises(DataError, match="exists"):
        merge([tmp_path / "a"], tmp_path / "b", numbered)
