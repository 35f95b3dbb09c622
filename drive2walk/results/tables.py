"""Tables of the ledger's figures, and the blocks of documents that hold them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.experiment.ledger import Attempt, Figure, Ledger
from drive2walk.results.measure import AND

BLOCK = re.compile(r"(<!-- results: (\w+) -->\n)(.*?)(<!-- /results -->)", re.DOTALL)
HEADER = ("| What | Figure | 95 % interval | n | Command |", "|---|---|---|---|---|")
SHORT_HEADER = ("| What | Figure | 95 % interval | n | Measure |", HEADER[1])
ATTEMPTS_HEADER = (
    "| Attempt | Figures | Seeds | Date | Commit | Minutes | Hardware | Command |",
    "|---|---|---|---|---|---|---|---|",
)
MEASURE = "drive2walk results measure --only"
NOT_MEASURED = "not measured yet"
STALE = "†"
STALE_NOTE = f"{STALE} The code that this figure depends on has changed since it was measured."


@dataclasses.dataclass(frozen=True)
class Row:
    """One figure in a table.

    Attributes:
        label: Meaning of the figure.
        measure: Measure that it comes from.
        key: Figure of that measure.
        unit: Unit as shown, "%" for fractions.
    """

    label: str
    measure: str
    key: str
    unit: str = "%"


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of figures.

    Attributes:
        rows: Rows of the table.
        attempts: Whether a second table lists every attempt at its measures.
    """

    rows: tuple[Row, ...]
    attempts: bool = True


def format_table(table: Table, ledger: Ledger, stale: Collection[str] = ()) -> str:
    """Return a table of the latest figures in Markdown, ending with a line break.

    A figure that no entry holds is shown as ``NOT_MEASURED``, and a stale one is marked.

    Args:
        table: The table.
        ledger: The ledger.
        stale: Measures whose code has changed since their latest attempt.

    Raises:
        DataError: An entry can't be read.
    """
    lines = [*(SHORT_HEADER if table.attempts else HEADER)]
    marked = False
    for row in table.rows:
        attempts = ledger.attempts(row.measure)
        figure = attempts[-1].figures.get(row.key) if attempts else None
        mark = f" {STALE}" if figure is not None and row.measure in stale else ""
        marked = marked or bool(mark)
        shown = row.measure if table.attempts else f"{MEASURE} {row.measure}"
        cells = (row.label, *_show_figure(figure, row.unit, mark), f"`{shown}`")
        lines.append(f"| {' | '.join(cells)} |")
    if marked:
        lines += ["", STALE_NOTE]
    if table.attempts:
        lines += _format_attempts(table, ledger)
    return "\n".join(lines) + "\n"


def fill_blocks(
    text: str, tables: Mapping[str, Table], ledger: Ledger, stale: Collection[str] = ()
) -> str:
    """Return a document with each ``<!-- results: NAME -->`` block made from the ledger again.

    Args:
        text: The document.
        tables: The tables by name.
        ledger: The ledger.
        stale: Measures whose code has changed since their latest attempt.

    Raises:
        DataError: A block names a table that doesn't exist, or an entry can't be read.
    """

    def fill(block: re.Match[str]) -> str:
        name = block[2]
        if name not in tables:
            raise DataError(unknown_name("table of results", name, tables))
        return f"{block[1]}{format_table(tables[name], ledger, stale)}{block[4]}"

    return BLOCK.sub(fill, text)


def strip_marks(text: str) -> str:
    """Return a document without the marks of stale figures."""
    return text.replace(f"\n\n{STALE_NOTE}", "").replace(f" {STALE}", "")


def _show_figure(figure: Figure | None, unit: str, mark: str) -> tuple[str, str, str]:
    """Return the cells of a figure: value, interval and n."""
    if figure is None:
        return NOT_MEASURED, "", ""
    n = "" if figure.n is None else str(figure.n)
    return _value(figure.value, unit) + mark, _interval(figure, unit), n


def _format_attempts(table: Table, ledger: Ledger) -> Iterator[str]:
    """Yield the lines of the table of attempts, none where nothing was measured."""
    measures = dict.fromkeys(row.measure for row in table.rows)
    rows = [
        _format_attempt(table, measure, number, attempt)
        for measure in measures
        for number, attempt in enumerate(ledger.attempts(measure), start=1)
    ]
    if rows:
        yield from ("", *ATTEMPTS_HEADER, *rows)


def _format_attempt(table: Table, measure: str, number: int, attempt: Attempt) -> str:
    figures = [
        f"{row.key} {_value(attempt.figures[row.key].value, row.unit)}"
        for row in table.rows
        if row.measure == measure and row.key in attempt.figures
    ]
    cells = (
        f"`{measure}` {number}",
        ", ".join(figures),
        attempt.seeds,
        attempt.date,
        attempt.commit,
        f"{attempt.minutes:g}",
        attempt.hardware,
        "<br>".join(f"`{command}`" for command in attempt.command.split(AND)),
    )
    return f"| {' | '.join(cells)} |"


def _value(value: float, unit: str) -> str:
    return f"{_number(value, unit)} {unit}".strip()


def _interval(figure: Figure, unit: str) -> str:
    if figure.interval is None:
        return ""
    low, high = (_number(bound, unit) for bound in figure.interval)
    return f"{low} to {high}"


def _number(value: float, unit: str) -> str:
    if unit == "%":
        return f"{100 * value:.1f}".removesuffix(".0")
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
