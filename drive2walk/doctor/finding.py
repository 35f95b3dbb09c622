"""A finding of the doctor: the subject, its state, and what to do about it."""

from __future__ import annotations

import dataclasses
from typing import Literal

State = Literal["ok", "note", "fault"]


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of the doctor's report.

    Attributes:
        subject: Examined part of the machine.
        state: "ok", "note" (worth knowing), or "fault" (something doesn't work).
        found: Result of the examination.
        advice: Steps that help; empty if nothing is wrong.
    """

    subject: str
    state: State
    found: str
    advice: str = ""
