import json
from pathlib import Path

import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.experiment.ledger import Attempt, Figure, Ledger


def attempt(value: float, commit: str = "abc1234") -> Attempt:
    figures = {"success": Figure(value, (0.5, 0.9), 20), "time_s": Figure(31.5)}
    return Attempt("2026-11-30", commit, "two cores", 1.5, "drive2walk demo", "1-20", figures)


def test_every_attempt_is_kept_and_the_last_one_counts(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "results")
    ledger.append("offices", attempt(0.7))
    ledger.append("offices", attempt(0.8, "def5678-dirty"))
    assert ledger.attempts("offices") == [attempt(0.7), attempt(0.8, "def5678-dirty")]
    assert ledger.latest("offices").figures["success"].value == 0.8
    assert ledger.names() == ["offices"]


def test_an_entry_says_whether_the_code_had_changes(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for commit in ("abc1234", "abc1234-dirty"):
        ledger.append("offices", attempt(0.7, commit))
    rows = json.loads((tmp_path / "offices.json").read_text())["attempts"]
    assert [row["dirty"] for row in rows] == [False, True]


def test_what_was_never_measured_is_named_with_its_command(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="drive2walk results measure legs"):
        Ledger(tmp_path).latest("legs")


@pytest.mark.parametrize("text", ["", "[]", '{"attempts": [{}]}', '{"attempts": [{"figures": 3}]}'])
def test_a_spoilt_entry_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "legs.json").write_text(text)
    with pytest.raises(DataError, match=r"legs\.json' is no entry of the ledger"):
        Ledger(tmp_path).attempts("legs")
