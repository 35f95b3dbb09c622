import sys
from pathlib import Path

import mujoco
import pytest

from drive2walk.cli import main, run
from drive2walk.envs.tasks.registry import TASKS, build_task
from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.recording.record import RecordConfig
from drive2walk.teleop.recording.replay import replay
from drive2walk.teleop.recording.saved_episodes import find_next_seed
from drive2walk.teleop.scripts.registry import OPERATORS


def test_every_task_has_a_script() -> None:
    assert set(OPERATORS) == set(TASKS)


def test_a_script_first_opens_the_clutches_and_then_records() -> None:
    world = build_task({"task": "tote", "seed": 3})
    operator = ScriptedOperator(world)
    assert operator.read().neutral
    second = operator.read()
    assert second.events == ("record",)
    assert second.left.clutch and second.right.clutch
    # Inputs are stamped with simulated time, so a slow machine is no stalled operator.
    assert second.time_s == operator.clock() == world.time_s


def test_a_new_dataset_begins_with_seed_0(tmp_path: Path) -> None:
    assert find_next_seed(DatasetLayout(tmp_path / "none")) == 0


@pytest.mark.parametrize("episodes", [0, -1])
def test_less_than_one_episode_is_refused(tmp_path: Path, episodes: int) -> None:
    with pytest.raises(ConfigError, match="at least 1 is needed"):
        RecordConfig("tote", tmp_path, episodes)


def test_an_unknown_task_ends_with_2_and_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--task", "toat", "--device", "scripted", "--dataset", str(tmp_path / "set")]
    monkeypatch.setattr(sys, "argv", ["drive2walk", "teleop", "record", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    message = capsys.readouterr().err.strip()
    assert "toat" in message
    assert "\n" not in message


@pytest.mark.e2e
def test_a_script_carries_the_tote_and_the_episode_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "set"
    arguments = ["--task", "tote", "--device", "scripted", "--no-videos", "--dataset", str(root)]
    run(["teleop", "record", *arguments, "--first-seed", "2"])
    assert "0 attempts failed" in capsys.readouterr().out
    episode = DatasetReader(root).episode(0)
    assert (episode.scene["seed"], episode.scene["sensors"]) == (2, "real")
    assert find_next_seed(DatasetLayout(root)) == 3
    assert replay(episode, build_task).difference is None
    world = build_task(episode.scene)
    world.data.qpos[:] = episode.columns["sim.qpos"][-1]
    world.data.qvel[:] = episode.columns["sim.qvel"][-1]
    mujoco.mj_forward(world.model, world.data)
    assert world.success()
