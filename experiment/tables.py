"""A table of finished runs, a CSV row each: what a study has done, also after a kill."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from drive2walk.experiment.errors import ConfigError

Row = dict[str, str]


class RunTable:
    """Rows in a file that grows by whole lines.

    Attributes:
        rows: the finished runs by their key.
    """

    def __init__(self, path: Path, keys: tuple[str, ...], values: tuple[str, ...]) -> None:
        """Read the rows in ``path``, if it is there; a line that a kill cut off is dropped.

        Args:
            path: of the CSV.
            keys: columns that name a run.
            values: columns that say how it went.

        Raises:
            ConfigError: the file holds another table.
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
                f"'{self.path}' is a table of other columns than {', '.join(self.columns)}. "
                "Move it away, or give another --out."
            )
        for line in lines:
            row = dict(zip(self.columns, line, strict=True))
            self.rows[self._key(row)] = row

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(row[key] for key in self.keys)

    def find(self, **key: object) -> Row | None:
        """Return the row of a run, None if it has not been done."""
        return self.rows.get(tuple(str(key[name]) for name in self.keys))

    def add(self, **cells: object) -> None:
        """Append a run's row; it is on the disk when this returns."""
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
