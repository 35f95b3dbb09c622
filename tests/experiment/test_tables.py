from pathlib import Path

import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.tables import RunTable

KEYS, VALUES = ("trunk", "seed"), ("score",)


def table(path: Path) -> RunTable:
    return RunTable(path, KEYS, VALUES)


def test_rows_are_found_again_by_their_key(tmp_path: Path) -> None:
    path = tmp_path / "out" / "runs.csv"
    first = table(path)
    first.add(trunk="a, b", seed=0, score=0.5)
    first.add(trunk="c", seed=1, score=float("nan"))
    again = table(path)
    assert again.find(trunk="a, b", seed=0) == {"trunk": "a, b", "seed": "0", "score": "0.5"}
    assert again.find(trunk="c", seed=0) is None
    assert path.read_text().splitlines()[0] == "trunk,seed,score"


def test_a_line_that_a_kill_cut_off_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    whole = table(path)
    whole.add(trunk="a", seed=0, score=0.5)
    kept = path.read_bytes()
    whole.add(trunk="b", seed=0, score=0.25)
    line = path.read_bytes()[len(kept) :]
    for cut in range(len(line)):
        path.write_bytes(kept + line[:cut])
        again = table(path)
        assert list(again.rows) == [("a", "0")]
        again.add(trunk="b", seed=0, score=0.25)
        assert path.read_bytes() == kept + line


def test_a_table_with_other_columns_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("size,score\n1,2\n")
    with pytest.raises(ConfigError, match="other columns"):
        table(path)
    assert path.read_text() == "size,score\n1,2\n"


def test_a_table_without_a_whole_header_starts_empty(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    for text in ("", "trunk,se"):
        path.write_text(text)
        assert table(path).rows == {}
        assert path.read_text() == "trunk,seed,score\n"
