import subprocess
from pathlib import Path

import pytest

from drive2walk.experiment.ledger import Attempt, Figure, Ledger
from drive2walk.results.measure import Measure
from drive2walk.results.staleness import find_missing_commits, find_stale

CODE = '"""A module."""\n\n\ndef double(x: int) -> int:\n    return 2 * x\n'


def git(root: Path, *words: str) -> str:
    names = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    command = ["git", *names, *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def measure(*depends: str) -> dict[str, Measure]:
    return {"doubling": Measure("Doubling", (), lambda _: {}, depends)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with an entry of its only commit."""
    (tmp_path / "legs").mkdir()
    (tmp_path / "legs" / "gait.py").write_text(CODE)
    (tmp_path / "legs" / "README.md").write_text("Legs.\n")
    (tmp_path / "legs" / "gait.yaml").write_text("height: 1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Walk")
    enter(tmp_path, git(tmp_path, "rev-parse", "--short", "HEAD").strip())
    return tmp_path


def enter(root: Path, commit: str) -> None:
    figures = {"success": Figure(1.0)}
    attempt = Attempt("2026-11-30", commit, "two cores", 1.0, "double", "none", figures)
    Ledger(root / "results").append("doubling", attempt)


def stale(root: Path, *depends: str) -> bool:
    return "doubling" in find_stale(root, measure(*depends), Ledger(root / "results"))


def test_an_entry_of_unchanged_code_is_fresh(root: Path) -> None:
    assert not stale(root, "legs")


@pytest.mark.parametrize("committed", [False, True])
def test_a_change_of_behaviour_makes_an_entry_stale(root: Path, committed: bool) -> None:
    (root / "legs" / "gait.py").write_text(CODE.replace("2 * x", "3 * x"))
    if committed:
        git(root, "commit", "-qam", "Triple")
    assert stale(root, "legs")
    assert not stale(root, "arms")


def test_comments_docstrings_layout_and_pages_do_not(root: Path) -> None:
    words = CODE.replace("A module.", "A module that doubles.").replace("2 * x", "2 * (x)  # why")
    (root / "legs" / "gait.py").write_text(words)
    (root / "legs" / "README.md").write_text("The legs.\n")
    assert not stale(root, "legs")


def test_a_parameter_or_a_removed_file_makes_an_entry_stale(root: Path) -> None:
    (root / "legs" / "gait.yaml").write_text("height: 2\n")
    assert stale(root, "legs")
    assert not stale(root, "legs/gait.py")
    (root / "legs" / "gait.py").unlink()
    assert stale(root, "legs/gait.py")


def test_the_latest_attempt_counts(root: Path) -> None:
    (root / "legs" / "gait.py").write_text(CODE.replace("2 * x", "3 * x"))
    git(root, "commit", "-qam", "Triple")
    enter(root, git(root, "rev-parse", "--short", "HEAD").strip())
    assert not stale(root, "legs")


def test_an_unknown_commit_is_stale(root: Path) -> None:
    enter(root, "0123456")
    assert stale(root, "legs")


def test_a_commit_that_the_history_lacks_is_named(root: Path) -> None:
    ledger = Ledger(root / "results")
    assert find_missing_commits(root, measure("legs"), ledger) == set()
    enter(root, "0123456")
    assert find_missing_commits(root, measure("legs"), ledger) == {"0123456"}
