"""A finding of the doctor: what was looked at, how it is, and what to do about it."""

from __future__ import annotations

import dataclasses
from typing import Literal

State = Literal["ok", "note", "fault"]


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of the doctor's report.

    Attributes:
        subject: what was looked at.
        state: "ok", "note" (something is worth knowing), or "fault" (something won't work).
        found: what was found.
        advice: what to do; empty where there is nothing to do.
    """

    subject: str
    state: State
    found: str
    advice: str = ""
