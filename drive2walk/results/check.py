"""Checks documents against the ledger: tables as generated, and no typed figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from drive2walk.experiment.ledger import Ledger
from drive2walk.results.tables import BLOCK, Table, fill_blocks, strip_marks

NUMBER = r"[+-]?\d[\d,]*(?:\.\d+)?"
# Scores that a number near to them makes a result.
SCORE = (
    r"(?:survival|survives?|survived|m?IoU|recall|AbsRel|success rate|drift(?:s|ed)?|"
    r"false-walkable|calibration error|cost of transport)"
)
# Measured figures in prose. Parameters, which a person chooses, have none of these forms: "25
# images a second", "pushes of 0.5 m/s", "--fraction 0.1", "9 minutes", "the 95 % interval".
TYPED_FIGURES = (
    re.compile(rf"{NUMBER}\s?(?:%|percent\b|per cent\b)(?!\s(?:confidence\s)?interval)"),
    re.compile(r"\b\d+ (?:of|out of) (?:the )?\d+\b"),
    re.compile(rf"{NUMBER} (?:times|x) (?:as|faster|slower|better|worse|more|less|fewer)\b"),
    re.compile(r"\d{1,3},\d{3}\s(?:\w+\s){0,2}(?:a|per) second|\d{1,3},\d{3} \w+/s\b"),
    re.compile(rf"[+-]\d+(?:\.\d+)?\s*\[{NUMBER}|\({NUMBER}\s?–\s?{NUMBER}\)"),
    re.compile(rf"\b0\.\d+ (?:of )?{SCORE}\b|\b{SCORE}\b[^.|\n]{{0,30}}?\b0\.\d+", re.IGNORECASE),
    re.compile(r"\*\*[+-]?\d[\d,]*(?:\.\d+)?\*\*"),
)
# Code and its output are examples, not claims; an address isn't prose.
SKIPPED = (BLOCK, re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL), re.compile(r"\]\([^)\s]*\)"))


def find_outdated(
    documents: Sequence[Path],
    tables: Mapping[str, Table],
    ledger: Ledger,
    stale: Collection[str] | None = (),
) -> list[str]:
    """Return a line for each document whose tables aren't what the ledger says.

    Args:
        documents: The documents.
        tables: The tables by name.
        ledger: The ledger.
        stale: Measures whose code has changed since their latest attempt; None where that can't be
            known, and marks of stale figures aren't compared.

    Raises:
        DataError: A table doesn't exist, or an entry lacks a figure.
    """
    found = []
    for path in documents:
        text = path.read_text(encoding="utf-8")
        filled = fill_blocks(text, tables, ledger, stale or ())
        if stale is None:
            text, filled = strip_marks(text), strip_marks(filled)
        if filled != text:
            found.append(f"{path}: its tables differ from the ledger. Run: drive2walk results show")
    return found


def find_typed_figures(documents: Sequence[Path]) -> list[str]:
    """Return a line for each measured figure that a person typed into a document."""
    found = []
    for path in documents:
        text = path.read_text(encoding="utf-8")
        for pattern in SKIPPED:
            text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
        lines = enumerate(text.splitlines(), start=1)
        found += [
            f"{path}:{number}: '{figure}' isn't from the ledger. Make it a measure, or drop it."
            for number, line in lines
            for figure in _figures_of(line)
        ]
    return found


def find_unshown(tables: Mapping[str, Table], shown: str, ledger: Ledger) -> list[str]:
    """Return a line for each entry that no table of the documents shows.

    Args:
        tables: The tables by name.
        shown: The text of all documents.
        ledger: The ledger.
    """
    blocks = {block[2] for block in BLOCK.finditer(shown)}
    measures = {row.measure for name in blocks & set(tables) for row in tables[name].rows}
    return [
        f"results/{name}.json: no document shows it. Add a row to drive2walk/results/documents.py."
        for name in ledger.names()
        if name not in measures
    ]


def _figures_of(line: str) -> Iterator[str]:
    """Yield the typed figures of a line, each once, from left to right."""
    matches = sorted(
        (match for pattern in TYPED_FIGURES for match in pattern.finditer(line)),
        key=lambda match: (match.start(), -match.end()),
    )
    end = 0
    for match in matches:
        if match.start() >= end:
            yield match[0]
            end = match.end()
