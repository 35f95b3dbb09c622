"""Prints the metrics that a command wrote."""

from __future__ import annotations

from pathlib import Path

from drive2walk.experiment.results import METRICS


def print_metrics(out: Path) -> None:
    """Print metrics.json of a folder in colours."""
    from rich import print_json

    print_json((out / METRICS).read_text(encoding="utf-8"))
