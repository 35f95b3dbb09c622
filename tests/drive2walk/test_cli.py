import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from drive2walk import __version__, cli
from drive2walk.commands.table import ALL, Command, Group
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


def test_an_unknown_scene_lists_the_scenes(
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
    assert "Did you mean 'demo'?" in one_line(capsys)
    assert run(monkeypatch, "locomotion", "trian") == 2
    assert "Did you mean 'train'?" in one_line(capsys)
    assert run(monkeypatch, "teleop") == 2
    assert "record" in one_line(capsys)
    assert run(monkeypatch, "demo", "--seedz", 3) == 2
    assert "--seeds" in one_line(capsys)
    assert run(monkeypatch, "demo", "--seeds", "many") == 2
    assert "'many'" in one_line(capsys)
    assert run(monkeypatch, "bench", "simulation") == 2
    assert "--out PATH" in one_line(capsys)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--help"], 0),
        (["perception", "--help"], 0),
        (["perception", "finetun"], 2),
        (["locomotion", "train", "--ppo.gama", "1"], 2),
        (["demo", "--seedz", "3"], 2),
        (["perception", "predict", "--image", "x"], 2),
    ],
)
def test_help_and_typos_do_not_wait_for_torch(words: list[str], code: int) -> None:
    script = (
        "import sys\nfrom drive2walk.cli import main\n"
        "try:\n    main()\nfinally:\n    assert 'torch' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "AssertionError" not in done.stderr


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["--version"])
    assert capsys.readouterr().out == f"drive2walk {__version__}\n"


def test_the_package_runs_as_a_module() -> None:
    line = [sys.executable, "-m", "drive2walk", "--version"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("drive2walk ")


def every_command(group: Group = ALL) -> list[Command]:
    entries = group.commands.values()
    return [c for e in entries for c in (every_command(e) if isinstance(e, Group) else [e])]


@pytest.mark.parametrize("command", every_command(), ids=lambda command: command.target)
def test_the_table_has_the_first_line_of_each_command(command: Command) -> None:
    assert (command.load().__doc__ or "").split("\n")[0].strip() == command.summary


def test_help_lists_every_group(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--help") == 0
    shown = capsys.readouterr().out
    for name in ("demo", *cli.GROUPS):
        assert name in shown


def test_an_unknown_renderer_is_named_before_mujoco_is_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MUJOCO_GL", "elg")
    assert run(monkeypatch, "demo") == 2
    assert "Did you mean 'egl'?" in one_line(capsys)


def test_a_renderer_that_does_not_load_gives_one_line_with_the_packages(
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
def test_values_out_of_range_are_named(
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


def test_a_file_in_place_of_a_folder_is_named_before_the_evaluation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    taken = tmp_path / "file"
    taken.write_text("", encoding="utf-8")
    assert run(monkeypatch, "locomotion", "evaluate", "--out", taken / "scores") == 2
    assert f"'{taken}" in one_line(capsys)


def test_a_recording_that_fails_to_start_makes_no_videos(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    record = importlib.import_module("drive2walk.commands.teleop.record")

    def forbidden(_: Path) -> None:
        raise AssertionError("videos were made")

    monkeypatch.setattr(record, "_make_videos", forbidden)
    command = ["teleop", "record", "--task", "tot", "--device", "scripted"]
    assert run(monkeypatch, *command, "--dataset", tmp_path / "new") == 2
    assert "'tot'" in one_line(capsys)


def test_a_recording_that_is_stopped_after_an_episode_makes_its_video(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record, dataset = importlib.import_module("drive2walk.commands.teleop.record"), tmp_path / "new"
    made: list[Path] = []

    def save_and_stop(*_: object) -> None:
        toy_world.record(dataset, 1)
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "_record_script", save_and_stop)
    monkeypatch.setattr(record, "_make_videos", lambda dataset, workers: made.append(dataset))
    assert run(monkeypatch, "teleop", "record", "--device", "scripted", "--dataset", dataset) == 130
    assert made == [dataset]
