from pathlib import Path

import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.experiment.ledger import Attempt, Figure, Ledger
from drive2walk.results.tables import STALE_NOTE, Row, Table, fill_blocks, format_table

ROWS = (Row("offices crossed", "offices", "success"), Row("speed", "bench", "rate", "steps/s"))
SHORT, LONG = Table(ROWS, attempts=False), Table(ROWS)
EMPTY = "# Title\n<!-- results: headline -->\n<!-- /results -->\nEnd.\n"


def attempt(command: str, key: str, figure: Figure) -> Attempt:
    return Attempt("2026-11-30", "abc", "two cores", 1.5, command, "1-20", {key: figure})


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "results")
    success = Figure(0.93, (0.8625, 0.9657), 100)
    ledger.append("offices", attempt("drive2walk demo", "success", success))
    ledger.append("bench", attempt("drive2walk bench", "rate", Figure(30412.0)))
    return ledger


def test_a_row_has_figure_interval_number_and_command(ledger: Ledger) -> None:
    command = "`drive2walk results measure --only"
    assert format_table(SHORT, ledger).splitlines()[2:] == [
        f"| offices crossed | 93 % | 86.2 to 96.6 | 100 | {command} offices` |",
        f"| speed | 30,412 steps/s |  |  | {command} bench` |",
    ]


def test_a_long_table_lists_every_attempt_with_its_provenance(ledger: Ledger) -> None:
    again = attempt("drive2walk demo && drive2walk more", "success", Figure(0.88, (0.8, 0.93), 100))
    ledger.append("offices", again)
    lines = format_table(LONG, ledger).splitlines()
    assert lines[2] == "| offices crossed | 88 % | 80 to 93 | 100 | `offices` |"
    assert lines[4] == ""
    rest = "1-20 | 2026-11-30 | abc | 1.5 | two cores | `drive2walk"
    assert lines[7:] == [
        f"| `offices` 1 | success 93 % | {rest} demo` |",
        f"| `offices` 2 | success 88 % | {rest} demo`<br>`drive2walk more` |",
        f"| `bench` 1 | rate 30,412 steps/s | {rest} bench` |",
    ]


def test_what_was_not_measured_is_shown_so_with_the_command_that_measures_it(
    tmp_path: Path,
) -> None:
    empty = Ledger(tmp_path)
    row = format_table(SHORT, empty).splitlines()[2]
    command = "drive2walk results measure --only offices"
    assert row == f"| offices crossed | not measured yet |  |  | `{command}` |"
    assert len(format_table(LONG, empty).splitlines()) == 4


def test_a_stale_figure_is_marked_and_the_mark_explained(ledger: Ledger) -> None:
    lines = format_table(SHORT, ledger, stale={"bench"}).splitlines()
    assert "| 93 % |" in lines[2]
    assert "| 30,412 steps/s † |" in lines[3]
    assert lines[4:] == ["", STALE_NOTE]
    assert STALE_NOTE not in format_table(SHORT, ledger)


def test_a_block_is_replaced_and_the_rest_of_a_document_stays(ledger: Ledger) -> None:
    filled = fill_blocks(EMPTY, {"headline": SHORT}, ledger)
    table = format_table(SHORT, ledger)
    expected = f"# Title\n<!-- results: headline -->\n{table}<!-- /results -->\nEnd.\n"
    assert filled == expected
    assert fill_blocks(filled, {"headline": SHORT}, ledger) == filled


def test_a_figure_that_an_older_entry_lacks_is_not_measured_yet(ledger: Ledger) -> None:
    row = Row("path", "offices", "path_ratio", "times")
    lines = format_table(Table((row,), attempts=False), ledger, stale={"offices"}).splitlines()
    command = "drive2walk results measure --only offices"
    assert lines[2:] == [f"| path | not measured yet |  |  | `{command}` |"]


def test_a_table_that_does_not_exist_is_named(ledger: Ledger) -> None:
    with pytest.raises(DataError, match="Did you mean 'headline'"):
        fill_blocks(EMPTY.replace("headline", "headlines"), {"headline": SHORT}, ledger)
