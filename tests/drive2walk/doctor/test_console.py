from __future__ import annotations

import socket

from drive2walk.doctor.console import examine_page, examine_port
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.operator.limits import OperatorLimits


def test_a_taken_port_is_a_fault_and_a_free_one_is_not() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        finding = examine_port(port)
        assert finding.state == "fault"
        assert "--port" in finding.advice
    assert examine_port(port).state == "ok"


def test_a_running_console_answers_and_a_closed_one_does_not() -> None:
    with Console("webxr", ConsoleOptions(port=0), OperatorLimits()) as console:
        assert examine_page(console).state == "ok"
    assert examine_page(console).state == "fault"
