"""``drive2walk doctor``."""

from __future__ import annotations

import sys


def doctor(*, port: int = 8765) -> None:
    """Find what keeps a renderer, the console or a headset from working.

    Prints what to do about it, and exits with 1 if something doesn't work.

    Args:
        port: Port of the console.
    """
    from drive2walk.doctor.examination import examine, format_finding

    faults = 0
    for finding in examine(port):
        print(format_finding(finding), flush=True)
        faults += finding.state == "fault"
    if faults:
        sys.exit(1)
