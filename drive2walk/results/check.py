"""Checks documents against the ledger: tables as generated, no typed figures, nothing stale."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from drive2walk.experiment.ledger import Ledger
from drive2walk.results.measure import Measure
from drive2walk.results.tables import BLOCK, Row, fill_blocks

# A measured figure in prose: a percentage, or successes of trials.
TYPED_FIGURE = re.compile(r"\d+(?:[.,]\d+)?\s?%|\b\d+ of \d+\b")
# Code and its output are examples, not claims.
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def outdated_documents(
    documents: Sequence[Path], tables: Mapping[str, Sequence[Row]], ledger: Ledger
) -> list[str]:
    """Return a line for each document whose tables aren't what the ledger says.

    Raises:
        DataError: A table or a figure doesn't exist.
    """
    found = []
    for path in documents:
        text = path.read_text(encoding="utf-8")
        if fill_blocks(text, tables, ledger) != text:
            found.append(f"{path}: its tables differ from the ledger. Run: drive2walk results show")
    return found


def typed_figures(documents: Sequence[Path]) -> list[str]:
    """Return a line for each figure that a person typed into a document."""
    found = []
    for path in documents:
        text = path.read_text(encoding="utf-8")
        for pattern in (BLOCK, CODE):
            text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
        for number, line in enumerate(text.splitlines(), start=1):
            for figure in TYPED_FIGURE.findall(line):
                found.append(f"{path}:{number}: '{figure}' isn't from the ledger.")
    return found


def stale_entries(root: Path, measures: Mapping[str, Measure], ledger: Ledger) -> list[str]:
    """Return a line for each entry that is older than the code it depends on.

    Args:
        root: Root of the checkout.
        measures: The measures by name.
        ledger: The ledger.
    """
    found = []
    for name, measure in measures.items():
        attempts = ledger.attempts(name)
        if not attempts:
            continue
        commit = attempts[-1].commit.removesuffix("-dirty")
        if _changed_since(root, commit, measure.depends):
            found.append(f"{name}: stale, its code has changed since {commit}.")
    return found


def _changed_since(root: Path, commit: str, paths: Sequence[str]) -> bool:
    """Return whether git sees a change since a commit; an unknown commit counts as one."""
    command = ["git", "diff", "--quiet", commit, "HEAD", "--", *paths]
    return subprocess.run(command, cwd=root, capture_output=True, check=False).returncode != 0
