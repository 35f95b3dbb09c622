"""The browser of this machine: whether the console's page finds a secure context and WebXR."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile

from drive2walk.doctor.finding import Finding

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=2000",
    "--dump-dom",
)
TIMEOUT_S = 60.0


def examine_browser(url: str) -> Finding:
    """Return whether a browser of this machine can use the console's page.

    Args:
        url: Address of a running console.
    """
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        found = "no Chromium on this machine"
        return Finding("browser", "note", found, "open the page in any browser with WebSockets")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, *FLAGS, f"--user-data-dir={profile}", url]
        try:
            shown = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
            ).stdout
        except subprocess.TimeoutExpired:
            return Finding("browser", "fault", f"no page within {TIMEOUT_S:.0f} s", "restart it")
    return judge_page(shown)


def judge_page(html: str) -> Finding:
    """Return what the page noted about its browser (see ``diagnosis.js``)."""
    facts = dict(re.findall(r'data-(secure|xr|webgl|ready)="(true|false)"', html))
    if not facts:
        advice = "open the page by hand and look at the browser's console"
        return Finding("browser", "fault", "the page's scripts don't run in the browser", advice)
    if facts.get("secure") != "true":
        advice = "open the page under localhost, or start the console with --lan"
        return Finding("browser", "fault", "the browser treats the page as insecure", advice)
    names = {"xr": "WebXR", "webgl": "WebGL 2"}
    lacking = [name for key, name in names.items() if facts.get(key) != "true"]
    if lacking:
        found = f"secure page, no {' and no '.join(lacking)}"
        return Finding("browser", "note", found, "for VR open the page in the headset's browser")
    return Finding("browser", "ok", "secure page, WebXR and WebGL 2")
