from pathlib import Path

import pytest

from drive2walk.films import training_films
from drive2walk.films.training_films import TrainingFilms


class FakeProcess:
    """A film in progress until it is waited for."""

    commands: list[list[str]]
    reason = ""

    def __init__(self, command: list[str], **_: object) -> None:
        type(self).commands.append(command)
        self.running = True

    def poll(self) -> int | None:
        return None if self.running else 0

    def communicate(self) -> tuple[None, str]:
        self.running = False
        return None, self.reason

    @property
    def returncode(self) -> int:
        return 2 if self.reason else 0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    FakeProcess.commands = []
    monkeypatch.setattr(training_films.subprocess, "Popen", FakeProcess)
    monkeypatch.setattr(training_films.time, "monotonic", lambda: now[0])
    return now


def test_a_film_starts_when_it_is_due_and_the_last_one_is_finished(
    clock: list[float], tmp_path: Path
) -> None:
    films = TrainingFilms(tmp_path, every_min=2)
    for now, samples in ((60.0, 1), (121.0, 2), (300.0, 3)):
        clock[0] = now
        films.saved(samples)
    assert [command[-1] for command in FakeProcess.commands] == [
        str(tmp_path / "films" / "000000002.mp4")
    ]
    films.close()
    films.saved(4)
    assert FakeProcess.commands[1][-1].endswith("000000004.mp4")
    assert FakeProcess.commands[1][-4:-2] == ["--policy", str(tmp_path)]


def test_without_an_interval_there_are_no_films(clock: list[float], tmp_path: Path) -> None:
    films = TrainingFilms(tmp_path, every_min=0)
    clock[0] = 1e6
    films.saved(1)
    films.close()
    assert FakeProcess.commands == []


def test_the_reason_of_a_failed_film_is_printed(
    clock: list[float],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(FakeProcess, "reason", "drive2walk: no OpenGL\n")
    films = TrainingFilms(tmp_path, every_min=2)
    clock[0] = 121.0
    films.saved(1)
    films.close()
    assert capsys.readouterr().err == "no film: drive2walk: no OpenGL\n"
