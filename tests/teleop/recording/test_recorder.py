import dataclasses
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import PART
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.repair import repair
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.recording import recorder as module
from drive2walk.teleop.recording.fingerprint import compute_fingerprint
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.replay import replay
from tests.teleop.toy_world import SETUP, TASK, ToyWorld, build, demonstrate, frame, numbered, swing

ROOT = Path(__file__).parents[3]
KILLS = 4


def test_an_episode_is_read_as_it_was_recorded(tmp_path: Path) -> None:
    with Recorder(tmp_path, SETUP) as recorder:
        world = ToyWorld(3)
        start = world.state()
        recorder.begin(TASK, world.scene, start, world.model)
        swing(recorder, world, 12)
        last = world.data.qpos.copy()
        swing(recorder, world, 1)
        assert recorder.save() == 0
    episode = DatasetReader(tmp_path).episode(0)
    assert episode.task == TASK
    assert episode.scene == {"task": "toy", "seed": 3, "sensors": "ideal"}
    assert episode.length == 13
    np.testing.assert_array_equal(episode.segments[0].state, start)
    np.testing.assert_array_equal(episode.columns["sim.qpos"][-1], last)
    assert episode.columns["sim.qpos"].dtype == np.float64
    assert episode.columns["observation.state"].dtype == np.float32
    assert np.isnan(episode.columns["operator.base"][0, 3])
    assert (
        episode.fingerprint
        == compute_fingerprint(ToyWorld(3).model)
        != compute_fingerprint(ToyWorld(4).model)
    )


def test_a_second_recorder_continues_the_numbering(tmp_path: Path) -> None:
    for seed, task in enumerate((TASK, "stand", TASK)):
        with Recorder(tmp_path, SETUP) as recorder:
            assert demonstrate(recorder, seed, 5 + seed, task) == seed
    tables = [pq.read_table(DatasetLayout(tmp_path).data(number)) for number in range(3)]
    assert [table["task_index"][0].as_py() for table in tables] == [0, 1, 0]
    assert [table["index"].to_pylist()[0] for table in tables] == [0, 5, 11]
    assert tables[2]["timestamp"].to_pylist() == pytest.approx([k / 50 for k in range(7)])


def test_a_discarded_episode_leaves_nothing(tmp_path: Path) -> None:
    with Recorder(tmp_path, SETUP) as recorder:
        world = ToyWorld(0)
        recorder.begin(TASK, world.scene, world.state(), world.model)
        swing(recorder, world, 5)
        recorder.discard()
        assert not recorder.recording
        assert recorder.length == 0
        assert demonstrate(recorder, 1, 4) == 0
    assert DatasetReader(tmp_path).episode(0).length == 4


def test_a_second_recording_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with Recorder(tmp_path, SETUP) as recorder:
        with pytest.raises(DataError, match="another recording"):
            Recorder(tmp_path, SETUP)
        with pytest.raises(DataError, match="a recording writes"):
            demonstrate(recorder, 0, 3)
            repair(tmp_path, numbered)
    with Recorder(tmp_path, SETUP) as recorder:
        assert recorder.episodes == 1


def test_another_setup_or_other_features_are_refused(
    tmp_path: Path,
) -> None:
    with Recorder(tmp_path, SETUP) as recorder:
        demonstrate(recorder, 0, 3)
    for setup, difference in (
        (dataclasses.replace(SETUP, fps=30), "fps 50, not 30"),
        (dataclasses.replace(SETUP, cameras=()), r"cameras head \(eye, 64x48\), not none"),
        (dataclasses.replace(SETUP, names={}), "other names for the values of action"),
    ):
        with pytest.raises(DataError, match=f"was recorded with {difference}"):
            Recorder(tmp_path, setup)
    with Recorder(tmp_path, SETUP) as recorder:
        world = ToyWorld(0)
        recorder.begin(TASK, world.scene, world.state(), world.model)
        with pytest.raises(DataError, match="values a frame"):
            recorder.add({**frame(world, 0.0), "action": np.zeros(2)})
        with pytest.raises(DataError, match=r"lacks 'sim\.ctrl'"):
            Recorder(tmp_path / "new", SETUP)._check_sizes({"sim.qpos": 8, "sim.qvel": 7})


def test_an_episode_that_cannot_be_written_can_be_saved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DataError("can't write: No space left on device.")

    with Recorder(tmp_path, SETUP) as recorder:
        world = ToyWorld(0)
        recorder.begin(TASK, world.scene, world.state(), world.model)
        swing(recorder, world, 6)
        with monkeypatch.context() as patch:
            patch.setattr(module, "write_episode", full)
            with pytest.raises(DataError, match="No space left"):
                recorder.save()
        assert recorder.recording
        assert recorder.save() == 0
    assert DatasetReader(tmp_path).episode(0).length == 6


def test_replay_continues_from_the_state_after_a_pause(tmp_path: Path) -> None:
    with Recorder(tmp_path, SETUP) as recorder:
        world = ToyWorld(0)
        recorder.begin(TASK, world.scene, world.state(), world.model)
        swing(recorder, world, 10)
        for _ in range(7):
            world.step(0.0)
            recorder.resume(world.state())
        swing(recorder, world, 10)
        recorder.save()
    episode = DatasetReader(tmp_path).episode(0)
    assert [segment.start for segment in episode.segments] == [0, 10]
    assert replay(episode, build).difference is None
    assert not validate(tmp_path).findings


@pytest.mark.e2e
def test_kill_9_loses_no_saved_episode(tmp_path: Path) -> None:
    """Kill recording and rendering at random moments; the dataset only grows."""
    delays, saved = random.Random(5), 0
    for _ in range(KILLS):
        saved = kill_and_check(tmp_path, delays.uniform(0.0, 0.3), saved)
    repair(tmp_path, numbered)
    whole = validate(tmp_path)
    assert (whole.findings, whole.waiting) == ([], [])
    assert not list(tmp_path.rglob(f"*{PART}"))


def kill_and_check(root: Path, after_s: float, saved: int) -> int:
    """Kill a recording, check all saved episodes, and return their number."""
    reported = _record_and_kill(root, after_s)
    found = validate(root)
    assert found.findings == []
    assert found.episodes >= max(reported, saved)
    assert replay(DatasetReader(root).episode(found.episodes - 1), build).difference is None
    return found.episodes


def _record_and_kill(root: Path, after_s: float) -> int:
    """Kill a recording process ``after_s`` after its first save; return its number of saves."""
    script = f"from tests.teleop.toy_world import *; record_forever(Path({str(root)!r}))"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(after_s)
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.read().splitlines()
    return int(lines[-1]) + 1
