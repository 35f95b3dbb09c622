"""The examination: all checks of the doctor in order."""

from __future__ import annotations

import os
from collections.abc import Iterator

from drive2walk.doctor.browser import examine_browser
from drive2walk.doctor.console import examine_page, examine_port
from drive2walk.doctor.distributions import examine_distributions
from drive2walk.doctor.finding import Finding
from drive2walk.doctor.local_network import examine_certificate, examine_firewall, examine_lan
from drive2walk.doctor.renderer import examine_renderer
from drive2walk.doctor.usb import examine_usb
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.operator.limits import OperatorLimits

MARKS = {"ok": "ok   ", "note": "note ", "fault": "FAULT"}


def examine(port: int) -> Iterator[Finding]:
    """Yield the findings about this machine.

    Args:
        port: Port of the console.
    """
    yield examine_distributions()
    yield examine_renderer(os.environ.get("MUJOCO_GL", ""))
    yield examine_port(port)
    with Console("webxr", ConsoleOptions(port=0), OperatorLimits()) as console:
        yield examine_page(console)
        yield examine_browser(console.urls[0])
    yield examine_certificate()
    yield from examine_lan()
    yield examine_firewall(port)
    yield examine_usb(port)


def format_finding(finding: Finding) -> str:
    """Return a finding as one or two lines of text."""
    text = f"{MARKS[finding.state]} {finding.subject}: {finding.found}"
    return f"{text}\n      -> {finding.advice}" if finding.advice else text
