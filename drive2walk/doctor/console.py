"""Whether the console can be opened: its port, its page, TLS, and the way of a headset to it."""

from __future__ import annotations

import datetime
import json
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from drive2walk.doctor.finding import Finding
from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.console.access.access import LOOPBACK
from drive2walk.teleop.console.access.certificate import InstalledCertificate, default_folder
from drive2walk.teleop.console.access.local_network import check_port, lan_names, port_is_free
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.operator.limits import OperatorLimits

TIMEOUT_S = 5.0
UFW = Path("/etc/ufw/ufw.conf")


def examine_port(port: int) -> Finding:
    """Return whether the console's port is free.

    Raises:
        ConfigError: it is none.
    """
    check_port(port)
    subject = f"port {port}"
    if port_is_free("127.0.0.1", port) and port_is_free("0.0.0.0", port):
        return Finding(subject, "ok", "free")
    return Finding(
        subject, "fault", "taken by another program", "end that program, or give --port N"
    )


def examine_page(console: Console) -> Finding:
    """Return whether a page of a running console could steer."""
    try:
        greeting = greet(console.urls[0], None)
    except (OSError, TimeoutError, WebSocketException) as error:
        reason = " ".join(str(error).split())
        advice = "let programs of this machine talk to each other over 127.0.0.1"
        return Finding("console", "fault", f"its own page can't reach it ({reason})", advice)
    return Finding("console", "ok", f"the page answers, as {greeting['role']}")


def examine_lan() -> list[Finding]:
    """Return whether the console can be reached under this machine's own LAN addresses."""
    with tempfile.TemporaryDirectory() as folder:
        options = ConsoleOptions(port=0, lan=True, certificates=Path(folder))
        try:
            with Console("webxr", options, OperatorLimits()) as console:
                trust = ssl.create_default_context(cafile=str(Path(folder) / "certificate.pem"))
                urls = [u for u in console.urls if _is_address(u)]
                return [_examine_address(url, trust) for url in urls] or [_NO_NETWORK]
        except ConfigError as error:
            return [Finding("local network", "fault", str(error), "see above")]


_NO_NETWORK = Finding(
    "local network",
    "note",
    "this machine has no address in one",
    "a headset needs USB (adb reverse) or a network",
)


def _examine_address(url: str, trust: ssl.SSLContext) -> Finding:
    subject = f"TLS at {urlsplit(url).hostname}"
    try:
        greet(url, trust)
    except (OSError, TimeoutError, WebSocketException) as error:
        reason = " ".join(str(error).split())
        return Finding(subject, "fault", reason, "look for a firewall on this machine")
    return Finding(subject, "ok", "reachable from this machine, the certificate fits")


def _is_address(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host not in LOOPBACK and host.replace(".", "").isdigit()


def greet(url: str, trust: ssl.SSLContext | None) -> dict[str, str]:
    """Return what a console tells the page at ``url`` first.

    Args:
        url: an address of the console, with its token.
        trust: for TLS.

    Raises:
        OSError, TimeoutError, WebSocketException: it can't be reached.
    """
    parts = urlsplit(url)
    scheme = "wss" if trust else "ws"
    origin = Origin(f"{parts.scheme}://{parts.netloc}")
    with connect(
        f"{scheme}://{parts.netloc}/socket",
        origin=origin,
        ssl=trust,
        open_timeout=TIMEOUT_S,
        proxy=None,
    ) as connection:
        connection.send(json.dumps({"token": parts.fragment.removeprefix("token=")}))
        return dict(json.loads(connection.recv(timeout=TIMEOUT_S)))


def examine_certificate(folder: Path | None = None) -> Finding:
    """Return how this installation's certificate is; one is made at the first ``--lan``."""
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
        found = "ends soon, or was made for other addresses"
        return Finding("certificate", "note", found, "the next --lan makes a new one; accept it")
    return Finding("certificate", "ok", f"valid until {end:%Y-%m-%d}, {installed.fingerprint}")


def examine_firewall(port: int, config: Path = UFW) -> Finding:
    """Return whether a firewall is known to keep the local network out."""
    try:
        enabled = "ENABLED=yes" in config.read_text(encoding="utf-8").splitlines()
    except OSError:
        enabled = False
    if enabled:
        advice = f"let the headset in: sudo ufw allow {port}/tcp"
        return Finding("firewall", "note", "ufw is on", advice)
    return Finding("firewall", "ok", "no ufw that is on; others were not looked for")


def examine_usb(port: int) -> Finding:
    """Return whether a headset hangs on a cable, which needs neither network nor TLS."""
    adb = shutil.which("adb")
    if adb is None:
        found = "adb isn't installed; it is only needed for a headset on a cable"
        return Finding("USB", "note", found, "apt-get install adb, or use --lan")
    try:
        shown = subprocess.run(
            [adb, "devices"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except subprocess.TimeoutExpired:
        return Finding("USB", "note", "adb doesn't answer", "adb kill-server, then try again")
    return usb_finding(shown, port)


def usb_finding(shown: str, port: int) -> Finding:
    """Return what ``adb devices`` means for a headset."""
    rows = [line.split() for line in shown.splitlines()[1:] if line.strip()]
    states = {row[1] for row in rows if len(row) > 1}
    if "device" in states:
        advice = f"adb reverse tcp:{port} tcp:{port}; on it open what 'teleop record' prints"
        return Finding("USB", "ok", "a headset or phone is connected", advice)
    if "unauthorized" in states:
        advice = "put it on and allow USB debugging"
        return Finding("USB", "fault", "a device has not allowed this machine", advice)
    return Finding("USB", "note", "adb is here, no device is", "plug the headset in, or use --lan")
