import importlib
import sys
from pathlib import Path

import pytest

from drive2walk import cli
from tests.teleop import toy_world


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["drive2walk", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return int(stop.value.code or 0)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    assert lines[0].startswith("drive2walk: ")
    return lines[0]


def test_unknown_robot_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "demo", "--robot", "unitree_g9", "--out", tmp_path) == 2
    line = one_line(capsys)
    assert "unknown robot 'unitree_g9'" in line
    assert "unitree_g1" in line


def test_unknown_scene_names_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "demo", "--scene", "ofice", "--out", tmp_path) == 2
    assert "Did you mean 'office'?" in one_line(capsys)


def test_no_seeds_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "demo", "--seeds", 0, "--out", tmp_path) == 2
    assert "at least 1" in one_line(capsys)


def test_missing_weights_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    missing = tmp_path / "none.safetensors"
    assert run(monkeypatch, "demo", "--weights", missing, "--out", tmp_path) == 2
    assert "none.safetensors" in one_line(capsys)


def test_a_robot_file_with_a_wrong_key_names_file_and_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    robot = tmp_path / "mine.yaml"
    robot.write_text("menagerie: unitree_g1\nfeets: {}\n", encoding="utf-8")
    assert run(monkeypatch, "demo", "--robot", robot, "--out", tmp_path) == 2
    line = one_line(capsys)
    assert "mine.yaml" in line
    assert "Did you mean 'feet'?" in line


def test_unknown_commands_and_flags_end_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "dmeo") == 2
    assert run(monkeypatch, "demo", "--seedz", 3) == 2
    assert "--seeds" in capsys.readouterr().err


def test_help_lists_every_group(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--help") == 0
    shown = capsys.readouterr().out
    for name in ("demo", *cli.GROUPS):
        assert name in shown


def test_an_unknown_renderer_is_named_before_anything_fails_on_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MUJOCO_GL", "elg")
    assert run(monkeypatch, "demo") == 2
    assert "Did you mean 'egl'?" in one_line(capsys)


def test_a_renderer_that_does_not_load_is_one_line_with_the_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(name: str) -> None:
        raise AttributeError("'NoneType' object has no attribute 'eglQueryString'")

    monkeypatch.setenv("MUJOCO_GL", "egl")
    monkeypatch.setattr(cli.importlib, "import_module", broken)
    assert run(monkeypatch, "demo") == 2
    line = one_line(capsys)
    assert "eglQueryString" in line
    assert "libegl1 libopengl0 libgl1-mesa-dri" in line


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["demo", "--first-seed", "-1"], "first-seed is -1"),
        (["teleop", "record", "--first-seed", "-1", "--dataset", "x"], "first-seed is -1"),
        (["locomotion", "evaluate", "--seed", "-1", "--out", "x"], "seed is -1"),
        (["locomotion", "play", "--film", "walk.gif"], "ends in .mp4"),
        (["doctor", "--port", "70000"], "--port 70000"),
    ],
)
def test_values_that_no_command_can_use_are_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *command) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_file_in_place_of_a_folder_is_named_before_anything_is_judged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    taken = tmp_path / "file"
    taken.write_text("", encoding="utf-8")
    assert run(monkeypatch, "locomotion", "evaluate", "--out", taken / "scores") == 2
    assert f"'{taken}" in one_line(capsys)


def test_who_could_not_record_gets_no_videos(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    record = importlib.import_module("drive2walk.commands.teleop.record")

    def forbidden(_: Path) -> None:
        raise AssertionError("videos were made")

    monkeypatch.setattr(record, "_make_videos", forbidden)
    command = ["teleop", "record", "--task", "tot", "--device", "scripted"]
    assert run(monkeypatch, *command, "--dataset", tmp_path / "new") == 2
    assert "'tot'" in one_line(capsys)


def test_who_stops_after_an_episode_gets_its_video(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record, dataset = importlib.import_module("drive2walk.commands.teleop.record"), tmp_path / "new"
    made: list[Path] = []

    def save_and_stop(*_: object) -> None:
        toy_world.record(dataset, 1)
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "_script", save_and_stop)
    monkeypatch.setattr(record, "_make_videos", made.append)
    assert run(monkeypatch, "teleop", "record", "--device", "scripted", "--dataset", dataset) == 130
    assert made == [dataset]
