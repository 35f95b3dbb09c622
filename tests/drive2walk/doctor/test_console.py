from __future__ import annotations

import socket
from pathlib import Path

import pytest

from drive2walk.doctor.console import (
    examine_certificate,
    examine_firewall,
    examine_lan,
    examine_page,
    examine_port,
    usb_finding,
)
from drive2walk.teleop.console.access.access import LOOPBACK
from drive2walk.teleop.console.access.certificate import installed_certificate
from drive2walk.teleop.console.access.local_network import lan_names
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


def test_every_address_in_the_network_is_tried_over_tls() -> None:
    findings = examine_lan()
    assert findings
    assert all(finding.state in ("ok", "note") for finding in findings)


def test_certificates(tmp_path: Path) -> None:
    assert "none yet" in examine_certificate(tmp_path).found
    made = installed_certificate(tmp_path, (*LOOPBACK, *lan_names()))
    assert examine_certificate(tmp_path).state == "ok"
    made.key.chmod(0o644)
    assert "others can read" in examine_certificate(tmp_path).found
    made.key.chmod(0o600)
    made.certificate.write_text("nonsense")
    assert examine_certificate(tmp_path).state == "fault"


def test_a_certificate_for_other_addresses_is_made_anew(tmp_path: Path) -> None:
    installed_certificate(tmp_path, ("localhost",))
    assert examine_certificate(tmp_path).state == "note"


def test_a_firewall_that_is_on_is_noted(tmp_path: Path) -> None:
    config = tmp_path / "ufw.conf"
    assert examine_firewall(8765, config).state == "ok"
    config.write_text("ENABLED=yes\n")
    assert "ufw allow" in examine_firewall(8765, config).advice


@pytest.mark.parametrize(
    ("rows", "state", "advice"),
    [
        ("1WMHH000 device", "ok", "adb reverse tcp:8765 tcp:8765"),
        ("1WMHH000 unauthorized", "fault", "allow USB debugging"),
        ("", "note", "plug the headset in"),
    ],
)
def test_what_adb_shows(rows: str, state: str, advice: str) -> None:
    finding = usb_finding(f"List of devices attached\n{rows}\n\n", 8765)
    assert finding.state == state
    assert advice in finding.advice
