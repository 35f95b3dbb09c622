"""The table of a study's finished runs: a CSV file with a row a run, safe against a kill."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from drive2walk.experiment.errors import ConfigError

Row = dict[str, str]


class RunTable:
    """A CSV file that grows by whole lines.

    Attributes:
        path: Path of the CSV file.
        keys: Names of the columns that identify a run.
        columns: Names of all columns.
        rows: Finished runs by their key.
    """

    def __init__(self, path: Path, keys: tuple[str, ...], values: tuple[str, ...]) -> None:
        """Read the rows of ``path``, if the file exists, and drop a last line without an end.

        Args:
            path: Path of the CSV file.
            keys: Names of the columns that identify a run.
            values: Names of the columns with a run's results.

        Raises:
            ConfigError: The file holds a table with other columns.
        """
        self.path, self.keys, self.columns = path, keys, (*keys, *values)
        self.rows: dict[tuple[str, ...], Row] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        whole = text[: text.rfind("\n") + 1] or _line(self.columns)
        if whole != text:
            path.write_text(whole, encoding="utf-8")
        self._read(whole)

    def _read(self, text: str) -> None:
        header, *lines = csv.reader(io.StringIO(text))
        if tuple(header) != self.columns:
            raise ConfigError(
                f"'{self.path}' is a table with other columns than {', '.join(self.columns)}. "
                "Move it away, or give another --out."
            )
        for line in lines:
            row = dict(zip(self.columns, line, strict=True))
            self.rows[self._key(row)] = row

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(row[key] for key in self.keys)

    def find(self, **key: object) -> Row | None:
        """Return the row of a run by its key columns, or None if the run isn't in the table."""
        return self.rows.get(tuple(str(key[name]) for name in self.keys))

    def add(self, **cells: object) -> None:
        """Append a run's row, a value a column; the row is on the disk when this returns."""
        row = {name: str(cells[name]) for name in self.columns}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(tuple(row.values())))
            file.flush()
            os.fsync(file.fileno())
        self.rows[self._key(row)] = row


def _line(cells: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
