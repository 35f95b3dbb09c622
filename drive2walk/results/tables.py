"""Tables of the ledger's figures, and the blocks of documents that hold them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.experiment.ledger import Attempt, Figure, Ledger

BLOCK = re.compile(r"(<!-- results: (\w+) -->\n)(.*?)(<!-- /results -->)", re.DOTALL)
HEADER = ("| What | Figure | 95 % interval | n | Command |", "|---|---|---|---|---|")


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


def table(rows: Sequence[Row], ledger: Ledger) -> str:
    """Return a Markdown table of the latest figures, ending with a line break.

    Raises:
        DataError: A figure isn't in the ledger.
    """
    lines = [*HEADER]
    for row in rows:
        attempt = ledger.latest(row.measure)
        figure = _figure(attempt, row)
        n = "" if figure.n is None else str(figure.n)
        cells = (row.label, _value(figure.value, row.unit), _interval(figure, row.unit), n)
        lines.append(f"| {' | '.join(cells)} | `{attempt.command}` |")
    return "\n".join(lines) + "\n"


def fill_blocks(text: str, tables: Mapping[str, Sequence[Row]], ledger: Ledger) -> str:
    """Return a document with each ``<!-- results: NAME -->`` block made from the ledger again.

    Raises:
        DataError: A block names a table that doesn't exist, or a figure isn't in the ledger.
    """

    def filled(block: re.Match[str]) -> str:
        name = block[2]
        if name not in tables:
            raise DataError(unknown_name("table of results", name, tables))
        return f"{block[1]}{table(tables[name], ledger)}{block[4]}"

    return BLOCK.sub(filled, text)


def _figure(attempt: Attempt, row: Row) -> Figure:
    if row.key not in attempt.figures:
        raise DataError(
            f"entry '{row.measure}': {unknown_name('figure', row.key, attempt.figures)}"
        )
    return attempt.figures[row.key]


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
