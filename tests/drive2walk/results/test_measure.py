import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from drive2walk.experiment.errors import ConfigError, TrainingError
from drive2walk.experiment.ledger import Figure
from drive2walk.results.measure import Measure, code_commit, run_measure
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
    command = "drive2walk demo --seeds {count} --first-seed {seed} --data {camvid} --out {out}"
    measure = Measure("offices", (command,), read, (), seeds="offices")
    attempt = run_measure(measure, tmp_path / "o", SEEDS, 1, {"camvid": tmp_path / "c"})
    assert ran[0][2:6] == ["--seeds", "10", "--first-seed", "110"]
    assert ran[0][6:] == ["--data", str(tmp_path / "c"), "--out", str(tmp_path / "o")]
    shown = "drive2walk demo --seeds 10 --first-seed 110 --data CAMVID --out OUT"
    assert (attempt.command, attempt.seeds) == (shown, "offices 110-119")
    assert attempt.figures == {"found": Figure(0.5)}


def test_a_measure_may_use_the_first_seeds_of_a_block(tmp_path: Path, ran: list[list[str]]) -> None:
    command = "drive2walk demo --seeds {count} --first-seed {seed} --out {out}"
    measure = Measure("offices", (command,), read, (), seeds="offices", first=4)
    attempt = run_measure(measure, tmp_path / "o", SEEDS, 1, {})
    assert ran[0][2:5] == ["--seeds", "4", "--first-seed"]
    assert (ran[0][5], attempt.seeds) == ("110", "offices 110-113")


def test_a_missing_folder_is_named(tmp_path: Path, ran: list[list[str]]) -> None:
    measure = Measure(
        "eyes", ("drive2walk perception evaluate --root {camvid} --out {out}",), read, ()
    )
    with pytest.raises(ConfigError, match="Give --camvid FOLDER"):
        run_measure(measure, tmp_path, SEEDS, 0, {})
    assert not ran


def test_a_failed_command_enters_nothing(tmp_path: Path) -> None:
    measure = Measure("nothing", ("drive2walk no-such-command",), read, ())
    with pytest.raises(TrainingError, match="exit code 2"):
        run_measure(measure, tmp_path, SEEDS, 0, {})


def test_a_command_may_set_the_environment_and_be_one_of_pytest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, out = [], tmp_path / "runs" / "envpool_0"

    def start(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        if command[0] != "git":
            started.append((command[1:], options["env"]["ENVPOOL_FOLDER"]))
            # pytest makes its folder, but not that one's parents.
            out.joinpath("found.json").write_text("0.5")
        return subprocess.CompletedProcess(command, 0, stdout="")

    monkeypatch.setattr("drive2walk.results.measure.subprocess.run", start)
    command = "ENVPOOL_FOLDER={envpool} pytest tests -o addopts=-s"
    measure = Measure("beside EnvPool", (command,), read, ())
    attempt = run_measure(measure, out, SEEDS, 0, {"envpool": Path("/packages")})
    assert started == [(["-m", "pytest", "tests", "-o", "addopts=-s"], "/packages")]
    assert attempt.command == "ENVPOOL_FOLDER=ENVPOOL pytest tests -o addopts=-s"


def test_entries_and_documents_do_not_make_the_code_dirty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drive2walk.results.measure.current_commit", lambda: "abc-dirty")
    for name in ("README.md", "results/offices.json", "docs/results.md", "legs/gait.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    names = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "."], [*names, "commit", "-qm", "Walk"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    for name in ("README.md", "results/offices.json", "docs/results.md"):
        (tmp_path / name).write_text("2")
    assert code_commit(tmp_path) == "abc"
    (tmp_path / "legs/gait.py").write_text("2")
    assert code_commit(tmp_path) == "abc-dirty"
