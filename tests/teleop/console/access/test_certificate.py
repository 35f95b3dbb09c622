from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.console.access.certificate import installed_certificate

NAMES = ("localhost", "127.0.0.1", "192.168.1.7")


def test_it_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    first = installed_certificate(tmp_path / "own", NAMES)
    again = installed_certificate(tmp_path / "own", NAMES[:2])
    assert first.fingerprint == again.fingerprint
    assert first.key.stat().st_mode & 0o077 == 0


def test_another_is_made_for_another_address_and_before_it_ends(tmp_path: Path) -> None:
    first = installed_certificate(tmp_path, NAMES)
    fingerprint = first.fingerprint
    end = first.read().not_valid_after_utc
    assert first.covers(NAMES, end - datetime.timedelta(days=30))
    assert not first.covers(NAMES, end - datetime.timedelta(days=1))
    assert installed_certificate(tmp_path, (*NAMES, "10.0.0.9")).fingerprint != fingerprint


def test_two_installations_share_no_key(tmp_path: Path) -> None:
    keys = {installed_certificate(tmp_path / n, NAMES).key.read_text() for n in ("a", "b")}
    assert len(keys) == 2


def test_a_broken_certificate_and_a_read_only_folder_are_named(tmp_path: Path) -> None:
    made = installed_certificate(tmp_path, NAMES)
    made.certificate.write_text("nonsense")
    with pytest.raises(ConfigError, match=r"certificate\.pem.*Delete it"):
        installed_certificate(tmp_path, NAMES)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't be written"):
        installed_certificate(tmp_path / "file", NAMES)
