"""The renderer: whether this machine renders, with which OpenGL, and how fast."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from drive2walk.doctor.finding import Finding
from drive2walk.experiment.errors import OPENGL_PACKAGES

# Renderers without a screen, the faster one first.
RENDERERS = ("egl", "osmesa")
TIMEOUT_S = 60.0
# Runs in its own process: MuJoCo chooses its OpenGL once, and a broken driver may end the process.
SCRIPT = """
import time
import mujoco
from drive2walk.envs.sensors.camera import Camera
model = mujoco.MjModel.from_xml_string(
    "<mujoco><worldbody><light pos='0 0 3'/><geom type='box' size='.2 .2 .2'/>"
    "<camera name='eye' pos='0 -2 0' xyaxes='1 0 0 0 0 1'/></worldbody></mujoco>"
)
data = mujoco.MjData(model)
mujoco.mj_forward(model, data)
with Camera(model, "eye", 320, 240) as camera:
    assert camera.rgb(data).std() > 1, "the image is empty"
    start = time.perf_counter()
    for _ in range(20):
        camera.rgb(data)
print(20 / (time.perf_counter() - start))
"""
TryRenderer = Callable[[str], tuple[float, str]]


def try_renderer(name: str) -> tuple[float, str]:
    """Return the images per second of a simple scene, or 0 and the reason of the failure."""
    environment = {**os.environ, "MUJOCO_GL": name}
    try:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 0.0, f"no image within {TIMEOUT_S:.0f} s"
    if done.returncode == 0:
        return float(done.stdout.split()[-1]), ""
    lines = done.stderr.strip().splitlines()
    return 0.0, lines[-1] if lines else f"ended with {done.returncode}"


def examine_renderer(chosen: str, attempt: TryRenderer = try_renderer) -> Finding:
    """Return whether the chosen renderer works, or the name of another one that works.

    Args:
        chosen: Value of ``MUJOCO_GL``; empty if MuJoCo chooses.
        attempt: Function that tries one renderer.
    """
    subject = f"renderer (MUJOCO_GL={chosen})" if chosen else "renderer"
    rate, reason = attempt(chosen)
    if rate:
        return Finding(subject, "ok", f"{rate:.0f} simple images/s at 320x240")
    for other in RENDERERS:
        if other != chosen and attempt(other)[0]:
            return Finding(
                subject, "fault", reason, f"set MUJOCO_GL={other}, which works on this machine"
            )
    return Finding(
        subject, "fault", reason, f"install OpenGL: {OPENGL_PACKAGES}; then set MUJOCO_GL=egl"
    )
