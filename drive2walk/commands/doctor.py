"""``drive2walk doctor``: what keeps a renderer, the console or a headset from working here."""

from __future__ import annotations

import sys


def doctor(*, port: int = 8765) -> None:
    """Look for what keeps a renderer, the console or a headset from working, and say what to do.

    Exits with 1 if something won't work.

    Args:
        port: that the console is meant to listen at.
    """
    from drive2walk.doctor.examination import examine, line

    faults = 0
    for finding in examine(port):
        print(line(finding), flush=True)
        faults += finding.state == "fault"
    if faults:
        sys.exit(1)
