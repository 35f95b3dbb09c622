import json
from pathlib import Path
from typing import Any

import pytest

from drive2walk import cli
from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.recording.recorder import Recorder
from tests.teleop.toy_world import CAMERA, SETUP, TASK, ToyWorld, build, demonstrate

pytestmark = [pytest.mark.e2e, pytest.mark.render]


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two saved episodes of the toy world, without videos."""
    monkeypatch.setattr("drive2walk.envs.tasks.registry.build_task", build)
    root = tmp_path / "recorded"
    with Recorder(root, SETUP) as recorder:
        demonstrate(recorder, 0, 10)
        demonstrate(recorder, 1, 12)
    return root


def teleop(*arguments: object) -> None:
    cli.run(["teleop", *map(str, arguments)])


def build_on_the_moon_from_seed_1(scene: dict[str, Any]) -> ToyWorld:
    world = build(scene)
    if scene["seed"]:
        world.model.opt.gravity[2] = -1.6
    return world


def test_a_recording_is_shown_repaired_and_validated(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teleop("info", recorded)
    shown = json.loads(capsys.readouterr().out)
    assert (shown["episodes"], shown["frames"], shown["tasks"]) == (2, 22, {TASK: 2})
    assert shown["without_videos"] == [0, 1]
    teleop("validate", recorded)
    assert "2 of them have no videos yet" in capsys.readouterr().out
    teleop("repair", recorded)
    assert "2 episodes got their videos" in capsys.readouterr().out
    teleop("validate", recorded)
    assert capsys.readouterr().out == "2 episodes are whole\n"


def test_every_finding_is_listed(recorded: Path) -> None:
    teleop("repair", recorded)
    for number in (0, 1):
        DatasetLayout(recorded).video(CAMERA.key, number).unlink()
    with pytest.raises(DataError, match="2 findings") as found:
        teleop("validate", recorded)
    assert len(str(found.value).splitlines()) == 3


def test_replay_lists_the_episodes_that_differ(
    recorded: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    teleop("replay", recorded)
    assert capsys.readouterr().out.count("are the same bit for bit") == 2
    monkeypatch.setattr("drive2walk.envs.tasks.registry.build_task", build_on_the_moon_from_seed_1)
    teleop("replay", recorded, "--episode", 0)
    with pytest.raises(DataError, match=r"1 episodes differ when they are replayed: \[1\]"):
        teleop("replay", recorded)
    assert "episode 1: first differs at frame 1 " in capsys.readouterr().out


def test_an_unreadable_episode_is_set_aside_and_the_gap_closed(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    DatasetLayout(recorded).data(0).write_bytes(b"PAR1")
    teleop("repair", recorded)
    assert "set aside" in (shown := capsys.readouterr().out)
    assert "teleop merge" in shown
    teleop("merge", recorded, "--out", tmp_path / "merged")
    capsys.readouterr()
    teleop("validate", tmp_path / "merged")
    assert capsys.readouterr().out == "1 episodes are whole\n"


def test_depth_is_rendered_from_a_recording(recorded: Path, tmp_path: Path) -> None:
    teleop("render", recorded, "--episode", 1, "--out", tmp_path / "out")
    assert len(list((tmp_path / "out" / "depth").iterdir())) == 12
    with pytest.raises(DataError, match="unknown camera 'wrist'"):
        teleop("render", recorded, "--episode", 1, "--camera", "wrist", "--out", tmp_path / "out")


def test_a_folder_without_episodes_is_refused(tmp_path: Path) -> None:
    for command in ("info", "validate", "repair", "replay"):
        with pytest.raises(DataError, match="holds no episodes"):
            teleop(command, tmp_path)
