from __future__ import annotations

import pytest

from drive2walk.commands import doctor
from drive2walk.doctor import examination
from drive2walk.doctor.finding import Finding


def test_advice_stands_under_its_finding() -> None:
    text = examination.format_finding(Finding("port 1", "fault", "taken", "give another"))
    assert text.splitlines() == ["FAULT port 1: taken", "      -> give another"]


def test_a_fault_ends_with_1_and_a_note_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = [Finding("a", "ok", "fine"), Finding("b", "note", "so so", "do this")]
    monkeypatch.setattr(examination, "examine", lambda port: iter(findings))
    doctor.doctor()
    assert "do this" in capsys.readouterr().out
    findings.append(Finding("c", "fault", "broken", "mend it"))
    with pytest.raises(SystemExit) as stop:
        doctor.doctor()
    assert stop.value.code == 1
