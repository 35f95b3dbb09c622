"""States of many robots: dataclasses whose arrays have one row for each robot."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from drive2walk.robot.geometry.arrays import Ids

T = TypeVar("T")


def take_rows(state: T, ids: Ids) -> T:
    """Return the state of the robots ``ids`` alone."""
    return _map_arrays(state, lambda array: array[ids])


def put_rows(state: T, ids: Ids, rows: T) -> T:
    """Return ``state`` with the robots ``ids`` replaced by ``rows``."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(state):  # type: ignore[arg-type]
        old, new = getattr(state, field.name), getattr(rows, field.name)
        if dataclasses.is_dataclass(old):
            values[field.name] = put_rows(old, ids, new)
        else:
            values[field.name] = old.copy()
            values[field.name][ids] = new
    return type(state)(**values)


def _map_arrays(state: Any, change: Any) -> Any:
    values = {}
    for field in dataclasses.fields(state):
        value = getattr(state, field.name)
        nested = dataclasses.is_dataclass(value)
        values[field.name] = _map_arrays(value, change) if nested else change(value)
    return type(state)(**values)
