"""A headset on a USB cable, which needs neither a network nor TLS."""

from __future__ import annotations

import shutil
import subprocess

from drive2walk.doctor.finding import Finding

TIMEOUT_S = 20.0


def examine_usb(port: int) -> Finding:
    """Return whether a headset is connected by a cable.

    Args:
        port: Port of the console.
    """
    adb = shutil.which("adb")
    if adb is None:
        found = "adb isn't installed; it is only needed for a headset on a cable"
        return Finding("USB", "note", found, "apt-get install adb, or use --lan")
    try:
        shown = subprocess.run(
            [adb, "devices"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        ).stdout
    except subprocess.TimeoutExpired:
        return Finding("USB", "note", "adb doesn't answer", "adb kill-server, then try again")
    return judge_devices(shown, port)


def judge_devices(shown: str, port: int) -> Finding:
    """Return the state of a headset.

    Args:
        shown: Output of ``adb devices``.
        port: Port of the console.
    """
    rows = [line.split() for line in shown.splitlines()[1:] if line.strip()]
    states = {row[1] for row in rows if len(row) > 1}
    if "device" in states:
        advice = f"adb reverse tcp:{port} tcp:{port}; on it open what 'teleop record' prints"
        return Finding("USB", "ok", "a headset or phone is connected", advice)
    if "unauthorized" in states:
        advice = "put the headset on and allow USB debugging"
        return Finding("USB", "fault", "a device doesn't allow this machine yet", advice)
    return Finding(
        "USB",
        "note",
        "adb is installed, no device is connected",
        "plug the headset in, or use --lan",
    )
