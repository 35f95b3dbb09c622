"""The ledger: every figure that was measured, with every attempt at it, one JSON file a measure."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from drive2walk.experiment.errors import DataError


@dataclasses.dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        value: The figure itself, in its unit; fractions lie in [0, 1].
        interval: Bounds of the 95 % interval, None where there is none.
        n: Number of independent trials or seeds behind it, None where that means nothing.
    """

    value: float
    interval: tuple[float, float] | None = None
    n: int | None = None


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One run of a measure.

    Attributes:
        date: Day of the measurement, ISO 8601.
        commit: Commit of the code, with -dirty where it had changes.
        hardware: Processor and number of cores.
        minutes: Duration of the measurement.
        command: Command that anyone can repeat.
        seeds: Seeds that the figures rest on, in words.
        figures: The figures by their key.
    """

    date: str
    commit: str
    hardware: str
    minutes: float
    command: str
    seeds: str
    figures: dict[str, Figure]

    @property
    def dirty(self) -> bool:
        """Whether the code had changes that no commit holds."""
        return self.commit.endswith("-dirty")


class Ledger:
    """The ledger of one checkout.

    Args:
        folder: Folder of the JSON files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Return the names of the measures that have entries."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def attempts(self, name: str) -> list[Attempt]:
        """Return every attempt at a measure, the oldest first; none where it has no entry.

        Raises:
            DataError: The entry isn't one that this ledger wrote.
        """
        path = self._path(name)
        if not path.is_file():
            return []
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))["attempts"]
            return [_attempt_from_json(row) for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"'{path}' is no entry of the ledger ({error!r}). Restore it, or measure again: "
                f"drive2walk results measure {name}."
            ) from error

    def latest(self, name: str) -> Attempt:
        """Return the last attempt at a measure.

        Raises:
            DataError: It was never measured.
        """
        attempts = self.attempts(name)
        if not attempts:
            raise DataError(
                f"the ledger has no entry '{name}'. Run: drive2walk results measure {name}."
            )
        return attempts[-1]

    def append(self, name: str, attempt: Attempt) -> None:
        """Add an attempt; earlier ones stay, and a reader never sees half an entry."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = [_json_from_attempt(row) for row in (*self.attempts(name), attempt)]
        text = json.dumps({"measure": name, "attempts": rows}, indent=1) + "\n"
        partial = self._path(name).with_suffix(".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(self._path(name))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def _json_from_attempt(attempt: Attempt) -> dict[str, Any]:
    return dataclasses.asdict(attempt) | {"dirty": attempt.dirty}


def _attempt_from_json(row: dict[str, Any]) -> Attempt:
    figures = {
        key: Figure(
            float(value["value"]),
            None if value["interval"] is None else (value["interval"][0], value["interval"][1]),
            value["n"],
        )
        for key, value in row["figures"].items()
    }
    kept = {key: value for key, value in row.items() if key != "dirty"}
    return Attempt(**kept | {"figures": figures})
