"""The way from a headset to the console over the local network: addresses, TLS, firewall."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from drive2walk.doctor.console import UNREACHABLE, read_greeting
from drive2walk.doctor.finding import Finding
from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.console.access.access import LOOPBACK
from drive2walk.teleop.console.access.certificate import InstalledCertificate, default_folder
from drive2walk.teleop.console.access.local_network import lan_names
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.operator.guard import OperatorLimits

UFW = Path("/etc/ufw/ufw.conf")
_NO_NETWORK = Finding(
    "local network",
    "note",
    "this machine has no address in a local network",
    "a headset needs USB (adb reverse) or a network",
)


def examine_lan() -> list[Finding]:
    """Return whether the console can be reached at each local network address of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        options = ConsoleOptions(port=0, lan=True, certificates=Path(folder))
        try:
            with Console("webxr", options, OperatorLimits()) as console:
                trust = ssl.create_default_context(cafile=str(Path(folder) / "certificate.pem"))
                urls = [u for u in console.urls if _is_address(u)]
                return [_examine_address(url, trust) for url in urls] or [_NO_NETWORK]
        except ConfigError as error:
            return [Finding("local network", "fault", str(error), "see above")]


def _examine_address(url: str, trust: ssl.SSLContext) -> Finding:
    subject = f"TLS at {urlsplit(url).hostname}"
    try:
        read_greeting(url, trust)
    except UNREACHABLE as error:
        reason = " ".join(str(error).split())
        return Finding(subject, "fault", reason, "check the firewall of this machine")
    return Finding(subject, "ok", "reachable from this machine, the certificate fits")


def _is_address(url: str) -> bool:
    """Return whether the host of an address is a number, other than this machine's own."""
    host = urlsplit(url).hostname or ""
    return host not in LOOPBACK and host.replace(".", "").isdigit()


def examine_certificate(folder: Path | None = None) -> Finding:
    """Return the state of the certificate, which the first ``--lan`` makes.

    Args:
        folder: Folder of the certificate; None for the user's own.
    """
    folder = folder or default_folder()
    installed = InstalledCertificate(folder / "certificate.pem", folder / "key.pem")
    if not (installed.certificate.exists() and installed.key.exists()):
        return Finding("certificate", "ok", "none yet; the first --lan makes one")
    try:
        end = installed.read().not_valid_after_utc
        fits = installed.covers((*LOOPBACK, *lan_names()), datetime.datetime.now(datetime.UTC))
    except ConfigError as error:
        return Finding("certificate", "fault", str(error), f"delete '{folder}'")
    if installed.key.stat().st_mode & 0o077:
        return Finding(
            "certificate",
            "fault",
            f"others can read '{installed.key}'",
            f"delete '{folder}'; the next --lan makes a new one",
        )
    if not fits:
        found = "expires soon, or was made for other addresses"
        return Finding("certificate", "note", found, "the next --lan makes a new one; accept it")
    return Finding("certificate", "ok", f"valid until {end:%Y-%m-%d}, {installed.fingerprint}")


def examine_firewall(port: int, config: Path = UFW) -> Finding:
    """Return whether a known firewall blocks the local network.

    Args:
        port: Port of the console.
        config: Config file of ufw.
    """
    try:
        enabled = "ENABLED=yes" in config.read_text(encoding="utf-8").splitlines()
    except OSError:
        enabled = False
    if enabled:
        advice = f"let the headset in: sudo ufw allow {port}/tcp"
        return Finding("firewall", "note", "ufw is on", advice)
    return Finding(
        "firewall", "ok", "ufw is off or not installed; other firewalls were not examined"
    )
