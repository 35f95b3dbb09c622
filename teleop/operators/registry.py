"""The scripted operators, by the task that they do."""

from __future__ import annotations

from collections.abc import Callable

from teleop.operators.leaves import gather_leaves
from teleop.operators.pilot import Pilot, Script
from teleop.operators.sort import sort_parts
from teleop.operators.tote import carry_tote

OPERATORS: dict[str, Callable[[Pilot], Script]] = {
    "tote": carry_tote,
    "sort": sort_parts,
    "leaves": gather_leaves,
}
