"""Filming a walk by written keys."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import mujoco

from drive2walk.envs.sensors.camera import Camera
from drive2walk.experiment.errors import ConfigError
from drive2walk.films.film import Film
from drive2walk.play.play import Play
from drive2walk.play.walk_keys import press_keys
from drive2walk.robot.geometry.arrays import Array, Image
from drive2walk.robot.timing import CONTROL_DT_S

# With control steps of 20 ms, every second step gives 25 frames a second.
TICKS_PER_FRAME = 2
SIZE = (640, 480)
TEXT = (20, 20, 20)


def film_walk(play: Play, line: str, path: Path) -> None:
    """Film a walk by the keys of a line.

    Args:
        play: Robot to steer.
        line: Names of keys and seconds to wait (see ``press_keys``).
        path: Path of the .mp4 file.

    Raises:
        ConfigError: The line holds an unknown key, or the file isn't an .mp4.
        RenderError: This machine can't render.
    """
    if path.suffix != ".mp4":
        raise ConfigError(f"--film {path}: give a file name that ends in .mp4.")
    view = mujoco.MjvCamera()
    view.distance, view.elevation, view.azimuth = 3.2, -15.0, 120.0
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        Camera(play.model, view, *SIZE) as camera,
        Film(path, round(1 / CONTROL_DT_S / TICKS_PER_FRAME), SIZE) as reel,
    ):
        for _ in _step_frames(press_keys(line, play.keys), play):
            view.lookat[:] += 0.1 * (play.data.qpos[:3] - view.lookat)
            reel.add(_draw_command(camera.rgb(play.data), play.keys.command))


def _step_frames(ticks: Iterable[None], play: Play) -> Iterator[None]:
    """Advance one control step a tick, and yield once for each frame of the film."""
    for number, _ in zip(itertools.count(), ticks):
        play.step()
        if number % TICKS_PER_FRAME == 0:
            yield


def _draw_command(image: Image, command: Array) -> Image:
    vx, vy, wz, height = command
    text = f"vx {vx:+.1f} vy {vy:+.1f} m/s  wz {wz:+.1f} rad/s  height {height:.2f} m"
    cv2.putText(image, text, (12, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.5, TEXT, 1, cv2.LINE_AA)
    return image
