from pathlib import Path

import pytest

from drive2walk.experiment.ledger import Attempt, Figure, Ledger
from drive2walk.results.check import find_outdated, find_typed_figures, find_unshown
from drive2walk.results.tables import Row, Table, fill_blocks

TABLES = {"headline": Table((Row("offices crossed", "offices", "success"),))}
EMPTY = "# Title\n<!-- results: headline -->\n<!-- /results -->\nEnd.\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "results")
    figures = {"success": Figure(0.93, (0.8625, 0.9657), 100)}
    ledger.append("offices", Attempt("2026-11-30", "abc", "two cores", 1.0, "demo", "1", figures))
    return ledger


def test_a_table_that_is_not_as_generated_is_found(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "README.md"
    path.write_text(EMPTY)
    assert len(find_outdated([path], TABLES, ledger)) == 1
    path.write_text(fill_blocks(EMPTY, TABLES, ledger))
    assert find_outdated([path], TABLES, ledger) == []
    path.write_text(path.read_text().replace("93 %", "94 %"))
    assert len(find_outdated([path], TABLES, ledger)) == 1


def test_a_stale_entry_without_its_mark_is_found(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "README.md"
    path.write_text(fill_blocks(EMPTY, TABLES, ledger))
    assert len(find_outdated([path], TABLES, ledger, {"offices"})) == 1
    path.write_text(fill_blocks(EMPTY, TABLES, ledger, {"offices"}))
    assert find_outdated([path], TABLES, ledger, {"offices"}) == []


def test_marks_are_not_compared_where_staleness_is_unknown(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "README.md"
    for stale in ((), ("offices",)):
        path.write_text(fill_blocks(EMPTY, TABLES, ledger, stale))
        assert find_outdated([path], TABLES, ledger, None) == []
        path.write_text(path.read_text().replace("93 %", "94 %"))
        assert len(find_outdated([path], TABLES, ledger, None)) == 1


def test_a_typed_figure_is_found_with_its_line(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "page.md"
    text = fill_blocks(EMPTY, TABLES, ledger) + "\n`--fraction 10 %`\nIt walks 19 of 20, or 95 %.\n"
    path.write_text(text)
    line = len(text.splitlines())
    advice = "isn't from the ledger. Make it a measure, or drop it."
    assert find_typed_figures([path]) == [
        f"{path}:{line}: '19 of 20' {advice}",
        f"{path}:{line}: '95 %' {advice}",
    ]


@pytest.mark.parametrize(
    "claim",
    [
        "It drifts by 0.3 percent of the way.",
        "72 out of 72 survive.",
        "The gain is +18.5 [+12.4, +24.6].",
        "| flat | 1.00 (0.95–1.00) |",
        "PPO learns from 30,400 samples a second.",
        "The environment makes 3,460 steps/s.",
        "Integers are 1.4 times as fast.",
        "Its survival is 0.98.",
        "It has a walkable IoU of 0.79.",
        "| RL alone | **0.23** |",
    ],
)
def test_a_claim_of_performance_is_a_figure(tmp_path: Path, claim: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"{claim}\n")
    assert len(find_typed_figures([path])) == 1


@pytest.mark.parametrize(
    "parameter",
    [
        "Pushes of 0.5 m/s come every 3 to 7 s.",
        "The config trains 512 robots for 8 minutes.",
        "Shown with its 95 % interval.",
        "Video has 25 images a second at 640x480.",
        "Steps of 10 cm, ramps of 10 degrees and 2 kg in each hand.",
        "Batches of 4,096 samples; at most 20 ms of delay.",
        "```bash\ndrive2walk demo  # 19 of 20\n```",
        "See [the page](results.md#the-20-of-20-offices).",
        "Python 3.11 to 3.13.",
    ],
)
def test_a_parameter_is_not_a_figure(tmp_path: Path, parameter: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"{parameter}\n")
    assert find_typed_figures([path]) == []


def test_an_entry_that_no_document_shows_is_found(ledger: Ledger) -> None:
    assert find_unshown(TABLES, EMPTY, ledger) == []
    assert len(find_unshown(TABLES, "No block.", ledger)) == 1
