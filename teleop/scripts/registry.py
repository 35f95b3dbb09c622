"""The scripted operators, by task name."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.teleop.scripts.leaves import gather_leaves
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script
from drive2walk.teleop.scripts.sort import sort_parts
from drive2walk.teleop.scripts.tote import carry_tote

OPERATORS: dict[str, Callable[[Pilot], Script]] = {
    "tote": carry_tote,
    "sort": sort_parts,
    "leaves": gather_leaves,
}
