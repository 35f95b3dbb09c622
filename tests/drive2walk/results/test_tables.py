from pathlib import Path

import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.experiment.ledger import Attempt, Figure, Ledger
from drive2walk.results.check import outdated_documents, typed_figures
from drive2walk.results.tables import Row, fill_blocks, table

ROWS = [Row("offices crossed", "offices", "success"), Row("speed", "bench", "rate", "steps/s")]
TABLES = {"headline": ROWS}
EMPTY = "# Title\n<!-- results: headline -->\n<!-- /results -->\nEnd.\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "results")
    for name, key, figure in (
        ("offices", "success", Figure(0.93, (0.8625, 0.9657), 100)),
        ("bench", "rate", Figure(30412.0)),
    ):
        command = f"drive2walk {name}"
        attempt = Attempt("2026-11-30", "abc", "two cores", 1.0, command, "none", {key: figure})
        ledger.append(name, attempt)
    return ledger


def test_a_row_carries_figure_interval_number_and_command(ledger: Ledger) -> None:
    rows = table(ROWS, ledger).splitlines()[2:]
    assert rows == [
        "| offices crossed | 93 % | 86.2 to 96.6 | 100 | `drive2walk offices` |",
        "| speed | 30,412 steps/s |  |  | `drive2walk bench` |",
    ]


def test_blocks_of_a_document_are_made_from_the_ledger(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "README.md"
    path.write_text(EMPTY)
    assert len(outdated_documents([path], TABLES, ledger)) == 1
    path.write_text(fill_blocks(EMPTY, TABLES, ledger))
    assert outdated_documents([path], TABLES, ledger) == []
    path.write_text(path.read_text().replace("93 %", "94 %"))
    assert len(outdated_documents([path], TABLES, ledger)) == 1


def test_what_is_not_in_the_ledger_can_not_be_shown(ledger: Ledger) -> None:
    for rows in ([Row("a", "arms", "success")], [Row("a", "offices", "sucess")]):
        with pytest.raises(DataError):
            table(rows, ledger)
    with pytest.raises(DataError, match="Did you mean 'headline'"):
        fill_blocks(EMPTY.replace("headline", "headlines"), TABLES, ledger)


def test_a_typed_figure_is_found_with_its_line(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "page.md"
    text = fill_blocks(EMPTY, TABLES, ledger) + "\n`--fraction 10 %`\nIt walks 19 of 20, or 95 %.\n"
    path.write_text(text)
    line = len(text.splitlines())
    assert typed_figures([path]) == [
        f"{path}:{line}: '19 of 20' isn't from the ledger.",
        f"{path}:{line}: '95 %' isn't from the ledger.",
    ]
