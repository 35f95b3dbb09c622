from __future__ import annotations

from pathlib import Path

from drive2walk.doctor.local_network import examine_certificate, examine_firewall, examine_lan
from drive2walk.teleop.console.access.access import LOOPBACK
from drive2walk.teleop.console.access.certificate import installed_certificate
from drive2walk.teleop.console.access.local_network import lan_names


def test_every_address_of_the_machine_is_tried_over_tls() -> None:
    findings = examine_lan()
    assert findings
    assert all(finding.state in ("ok", "note") for finding in findings)


def test_each_fault_of_a_certificate_is_found(tmp_path: Path) -> None:
    assert "none yet" in examine_certificate(tmp_path).found
    made = installed_certificate(tmp_path, (*LOOPBACK, *lan_names()))
    assert examine_certificate(tmp_path).state == "ok"
    made.key.chmod(0o644)
    assert "others can read" in examine_certificate(tmp_path).found
    made.key.chmod(0o600)
    made.certificate.write_text("nonsense")
    assert examine_certificate(tmp_path).state == "fault"


def test_a_certificate_for_other_addresses_is_noted(tmp_path: Path) -> None:
    installed_certificate(tmp_path, ("localhost",))
    assert examine_certificate(tmp_path).state == "note"


def test_a_firewall_that_is_on_is_noted(tmp_path: Path) -> None:
    config = tmp_path / "ufw.conf"
    assert examine_firewall(8765, config).state == "ok"
    config.write_text("ENABLED=yes\n")
    assert "ufw allow" in examine_firewall(8765, config).advice
