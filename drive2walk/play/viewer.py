"""Steering a robot with the keyboard in MuJoCo's viewer."""

from __future__ import annotations

import os
import sys
import time

from drive2walk.experiment.errors import RenderError
from drive2walk.play.play import Play
from drive2walk.play.walk_keys import HELP
from drive2walk.robot.timing import CONTROL_DT_S


def play_in_viewer(play: Play) -> None:
    """Steer in real time with the keyboard until the viewer's window is closed.

    Raises:
        RenderError: There is no screen, or the viewer doesn't open.
    """
    no_screen = sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if no_screen:
        raise RenderError("no screen for the viewer. Give --film FILE.mp4 to film instead.")
    import mujoco.viewer

    print(HELP)
    try:
        window = mujoco.viewer.launch_passive(
            play.model, play.data, key_callback=play.keys.press_code, show_left_ui=False
        )
    except RuntimeError as error:  # On macOS the viewer needs mjpython.
        reason = " ".join(str(error).split())
        raise RenderError(
            f"the viewer doesn't open: {reason} Give --film FILE.mp4 to film instead."
        ) from error
    with window:
        due = time.monotonic()
        while window.is_running():
            play.step()
            window.sync()
            due = max(due + CONTROL_DT_S, time.monotonic() - CONTROL_DT_S)
            time.sleep(max(due - time.monotonic(), 0.0))
