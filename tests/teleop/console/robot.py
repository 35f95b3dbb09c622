"""A robot in front of a tote, steered by a page: the whole of teleoperation in one process."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from drive2walk.checkpoints.released import load_controller
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_rotate_inverse, quat_yaw
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.console.video.video import VideoSource
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.recording.record_config import RecordConfig
from drive2walk.teleop.recording.record_live import record_live
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.session import Session

# Hand positions are averaged over a while, because a robot that balances sways.
SWAY_STEPS = 34
SETTLE_STEPS = 50
# For tests that aren't about the watchdog, on machines that may be slow.
PATIENT = OperatorLimits(timeout_s=5.0)


class Robot:
    """A robot in front of a tote; ``record_live`` runs in a thread until one episode is saved."""

    def __init__(
        self,
        device: str,
        dataset: Path,
        video: VideoSource | None = None,
        limits: OperatorLimits = PATIENT,
    ) -> None:
        self.dataset = dataset
        self.console = Console(device, ConsoleOptions(port=0), limits, video)
        self.session: Session
        self.hands: list[np.ndarray] = []  # (2, 3) left and right in the levelled pelvis frame
        self.steps: list[tuple[float, float]] = []  # time.time() after it, the right hand's grasp
        self._limits = limits
        self._closing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.until(lambda: self.steps)

    @property
    def recorder(self) -> Recorder:
        assert self.session.recorder is not None
        return self.session.recorder

    def close(self) -> None:
        self._closing = True
        self._thread.join()
        self.console.close()

    def until(self, condition: Callable[[], Any], timeout_s: float = 120.0) -> None:
        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end, f"not so in {timeout_s} s"
            time.sleep(0.02)

    def settled_hands(self) -> np.ndarray:
        """Wait until the hands have arrived and return their positions, (2, 3)."""
        seen = len(self.hands)
        self.until(lambda: len(self.hands) > seen + SETTLE_STEPS + SWAY_STEPS)
        return np.mean(self.hands[-SWAY_STEPS:], axis=0)

    def _run(self) -> None:
        config = RecordConfig("tote", self.dataset, episodes=1, first_seed=3)
        controller = load_controller("unitree_g1")
        with contextlib.suppress(RobotClosedError):
            record_live(config, controller, self.console, self._limits, self._watch)

    def _watch(self, session: Session) -> None:
        if self._closing:
            raise RobotClosedError
        self.session = session
        world = session.world
        base = world.base
        yaw = quat_from_axis_angle(np.array([0.0, 0, 1]), quat_yaw(base.quat))
        places = np.array([world.hand(k).position - base.position for k in range(2)])
        self.hands.append(quat_rotate_inverse(yaw, places))
        self.steps.append((time.time(), session.status().grasps[1]))


class RobotClosedError(Exception):
    """Ends a recording that the test no longer needs."""
