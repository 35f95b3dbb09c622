"""Entries of the ledger that are older than the code they depend on."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Mapping
from pathlib import Path

from drive2walk.experiment.ledger import Ledger
from drive2walk.experiment.provenance import DIRTY
from drive2walk.results.measure import Measure

# Files that no figure depends on.
PROSE = {".md"}


def find_stale(root: Path, measures: Mapping[str, Measure], ledger: Ledger) -> dict[str, str]:
    """Return the stale entries by name, with the commit that they were measured at.

    An entry is stale if a file that its measure depends on differs from that commit in more than
    comments, docstrings and layout, or if git doesn't know the commit.

    Args:
        root: Root of the checkout.
        measures: The measures by name.
        ledger: The ledger.
    """
    changed = functools.cache(functools.partial(_behaviour_changed, root))
    return {
        name: commit
        for name, commit in _list_commits(measures, ledger).items()
        if changed(commit, measures[name].depends)
    }


def find_missing_commits(root: Path, measures: Mapping[str, Measure], ledger: Ledger) -> set[str]:
    """Return the commits of entries that the checkout's history lacks, as a shallow clone does.

    Args:
        root: Root of the checkout.
        measures: The measures by name.
        ledger: The ledger.
    """
    commits = set(_list_commits(measures, ledger).values())
    return {c for c in commits if _git(root, "cat-file", "-e", f"{c}^{{commit}}") is None}


def _list_commits(measures: Mapping[str, Measure], ledger: Ledger) -> dict[str, str]:
    """Return the commit of each measure's latest attempt."""
    latest = {name: ledger.attempts(name)[-1:] for name in measures}
    return {
        name: attempt.commit.removesuffix(DIRTY)
        for name, attempts in latest.items()
        for attempt in attempts
    }


def _behaviour_changed(root: Path, commit: str, paths: tuple[str, ...]) -> bool:
    listed = _git(root, "diff", "--name-only", "--no-renames", commit, "--", *paths)
    if listed is None:
        return True
    return any(_file_changed(root, commit, path) for path in listed.splitlines())


def _file_changed(root: Path, commit: str, path: str) -> bool:
    """Return whether a file that differs from a commit does so in its behaviour."""
    suffix = Path(path).suffix
    if suffix in PROSE:
        return False
    before = _git(root, "show", f"{commit}:{path}") if suffix == ".py" else None
    if before is None or not (root / path).is_file():
        return True
    after = (root / path).read_text(encoding="utf-8")
    return _normalise(before) != _normalise(after)


def _normalise(code: str) -> str:
    """Return Python code without comments, docstrings and layout."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            del node.body[0]
    return ast.dump(tree)


def _git(root: Path, *words: str) -> str | None:
    """Return what git prints, None if it fails."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None
