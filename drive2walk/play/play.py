"""Walking a robot by hand: in MuJoCo's viewer, or for a film."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.playground import build_playground
from drive2walk.experiment.errors import ConfigError, RenderError
from drive2walk.films.video import Film
from drive2walk.locomotion.walking.arm_swing import ArmSwing
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.play.walk_keys import HELP, WalkKeys, played
from drive2walk.robot.timing import CONTROL_DT_S

# A control step of 20 ms makes two frames of a film of 25 a second out of 4.
TICKS_PER_FRAME = 2
FILM_SIZE = (640, 480)
KICK_M_S = 0.8
NEVER_S = 1e6


class Play:
    """One robot that follows a command and stands up again when it has fallen.

    Args:
        controller: walks.
        terrain: the ground.
        seed: of where it starts, and of kicks.
        sighted: whether the robot sees the ground around it.

    Attributes:
        model, data: what is seen.
        keys: what the robot is told.
        falls: so far.
    """

    def __init__(
        self, controller: WalkingController, terrain: Terrain, seed: int, sighted: bool = False
    ) -> None:
        self._controller = controller
        physics = build_playground(controller.spec, terrain)
        height_m = controller.gait.parameters.height_m
        bounds = controller.policy.command_range
        config = WalkingConfig(
            push_interval_s=(NEVER_S, NEVER_S),
            height_m=(float(bounds[3, 0]), height_m),
            sighted_fraction=float(sighted),
        )
        self._env = WalkingEnv(controller.spec, physics, config, 1, num_threads=1, seed=seed)
        self._rng = np.random.default_rng(seed)
        self._arm_swing = ArmSwing(controller.spec)
        self._legs = len(controller.spec.leg_joint_names)
        self.model, self.data = physics.model, mujoco.MjData(physics.model)
        self.keys = WalkKeys(height_m, bounds)
        self.falls = 0
        self._stand()

    def _stand(self) -> None:
        body = self._controller.measure(proprioception_of(self._env.state))
        self._state = self._controller.start(body, np.zeros(1, dtype=np.intp))
        self._show()

    def step(self) -> None:
        """Go on by one control step."""
        env, state = self._env, self._env.state
        if self.keys.take_kick():
            angle = self._rng.uniform(-np.pi, np.pi)
            env.simulation.qvel[0, :2] += KICK_M_S * np.array([np.cos(angle), np.sin(angle)])
        self._state, targets = self._controller.step(
            self._state, proprioception_of(state), self.keys.command[None], env.scan()
        )
        env.simulation.ctrl[0, self._legs :] = self._arm_swing.targets(state.leg_qpos[0])
        terminated, _ = env.step(targets)
        if terminated[0]:
            self.falls += 1
            env.stand_up(np.zeros(1, dtype=np.intp))
            self._stand()
        self._show()

    def _show(self) -> None:
        self.data.qpos[:] = self._env.simulation.qpos[0]
        mujoco.mj_forward(self.model, self.data)


def play_in_viewer(play: Play) -> None:
    """Walk at the pace of the clock by the keyboard until the viewer's window is closed.

    Raises:
        RenderError: there is no screen.
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
    except RuntimeError as error:  # on macOS the viewer wants mjpython
        reason = " ".join(str(error).split())
        raise RenderError(f"the viewer doesn't open: {reason} Or give --film FILE.mp4.") from error
    with window:
        due = time.monotonic()
        while window.is_running():
            play.step()
            window.sync()
            due = max(due + CONTROL_DT_S, time.monotonic() - CONTROL_DT_S)
            time.sleep(max(due - time.monotonic(), 0.0))


def film(play: Play, line: str, path: Path) -> None:
    """Film a walk by the keys of ``line`` into an .mp4.

    Raises:
        ConfigError: the line holds something that isn't a key, or the file is no .mp4.
        RenderError: this machine can't render.
    """
    if path.suffix != ".mp4":
        raise ConfigError(f"--film {path}: give a file that ends in .mp4.")
    view = mujoco.MjvCamera()
    view.distance, view.elevation, view.azimuth = 3.2, -15.0, 120.0
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        Camera(play.model, view, *FILM_SIZE) as camera,
        Film(path, round(1 / CONTROL_DT_S / TICKS_PER_FRAME), FILM_SIZE) as reel,
    ):
        for _ in _frames(played(line, play.keys), play):
            view.lookat[:] += 0.1 * (play.data.qpos[:3] - view.lookat)
            reel.add(_labelled(camera.rgb(play.data), play.keys.command))


def _frames(ticks: Iterable[None], play: Play) -> Iterable[None]:
    for number, _ in zip(itertools.count(), ticks):
        play.step()
        if number % TICKS_PER_FRAME == 0:
            yield


def _labelled(image: NDArray[np.uint8], command: NDArray[np.float64]) -> NDArray[np.uint8]:
    vx, vy, wz, height = command
    text = f"vx {vx:+.1f} vy {vy:+.1f} m/s  wz {wz:+.1f} rad/s  height {height:.2f} m"
    cv2.putText(image, text, (12, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA)
    return image
