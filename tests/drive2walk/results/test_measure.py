import json
from pathlib import Path

import pytest

from drive2walk.experiment.errors import ConfigError, TrainingError
from drive2walk.experiment.ledger import Figure
from drive2walk.results.measure import Measure, run_measure
from drive2walk.results.seeds import DeclaredSeeds, ExaminationSeeds

SEEDS = DeclaredSeeds({}, {"offices": ExaminationSeeds(100, 10, 3)})


def read(out: Path) -> dict[str, Figure]:
    return {"found": Figure(float(json.loads((out / "found.json").read_text())))}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that were run instead of a program."""
    lines: list[list[str]] = []

    def run(words: list[str]) -> None:
        lines.append(words)
        Path(words[-1]).mkdir(parents=True, exist_ok=True)
        (Path(words[-1]) / "found.json").write_text("0.5")

    monkeypatch.setattr("drive2walk.results.measure._run", run)
    return lines


def test_an_attempt_draws_its_own_seeds_and_says_how_to_repeat_it(
    tmp_path: Path, ran: list[list[str]]
) -> None:
    command = "demo --seeds {count} --first-seed {seed} --data {camvid} --out {out}"
    measure = Measure("offices", (command,), read, (), seeds="offices")
    attempt = run_measure(measure, tmp_path / "o", SEEDS, 1, {"camvid": tmp_path / "c"})
    assert ran[0][1:5] == ["--seeds", "10", "--first-seed", "110"]
    assert ran[0][5:] == ["--data", str(tmp_path / "c"), "--out", str(tmp_path / "o")]
    shown = "drive2walk demo --seeds 10 --first-seed 110 --data CAMVID --out OUT"
    assert (attempt.command, attempt.seeds) == (shown, "offices 110-119")
    assert attempt.figures == {"found": Figure(0.5)}


def test_a_missing_folder_is_named(tmp_path: Path, ran: list[list[str]]) -> None:
    measure = Measure("eyes", ("perception evaluate --root {camvid} --out {out}",), read, ())
    with pytest.raises(ConfigError, match="Give --camvid FOLDER"):
        run_measure(measure, tmp_path, SEEDS, 0, {})
    assert not ran


def test_a_failed_command_enters_nothing(tmp_path: Path) -> None:
    measure = Measure("nothing", ("no-such-command",), read, ())
    with pytest.raises(TrainingError, match="exit code 2"):
        run_measure(measure, tmp_path, SEEDS, 0, {})
