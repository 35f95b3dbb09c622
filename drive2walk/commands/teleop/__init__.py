"""Commands of the arms: recorded demonstrations."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.commands.teleop.data import info, merge, render, repair, replay, validate
from drive2walk.commands.teleop.record import record

COMMANDS: dict[str, Callable[..., None]] = {
    "record": record,
    "validate": validate,
    "repair": repair,
    "replay": replay,
    "info": info,
    "merge": merge,
    "render": render,
}
