"""A robot in front of a tote, steered by a page: the whole of teleoperation in one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from drive2walk.envs.tasks.registry import build_task
from drive2walk.released import load_controller
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_rotate_inverse, quat_yaw
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.console.video.video import VideoSource
from drive2walk.teleop.operator.guard import OperatorLimits
from drive2walk.teleop.recording.frame import recording_setup
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.session import Session

# The hands are compared over a while, for a robot that balances sways.
SWAY_STEPS = 34
SETTLE_STEPS = 50
# For what is no test of the watchdog, on machines that may be slow.
PATIENT = OperatorLimits(timeout_s=5.0)


class Robot:
    """A robot in front of a tote; its session runs in a thread."""

    def __init__(
        self,
        device: str,
        dataset: Path,
        video: VideoSource | None = None,
        limits: OperatorLimits = PATIENT,
    ) -> None:
        self.dataset = dataset
        self.world = build_task({"task": "tote", "seed": 3, "robot": "unitree_g1"})
        self.recorder = Recorder(dataset, recording_setup(self.world))
        self.console = Console(device, ConsoleOptions(port=0), limits, video)
        controller = load_controller("unitree_g1")
        self.session = Session(self.world, controller, self.console, self.recorder, limits)
        self.hands: list[np.ndarray] = []  # (2, 3) left and right in the levelled pelvis frame
        self.steps: list[tuple[float, float]] = []  # time.time() after it, the right hand's grasp
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.session.over = True
        self._thread.join()
        self.console.close()
        self.recorder.close()

    def until(self, condition: Callable[[], Any], timeout_s: float = 120.0) -> None:
        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end, f"not so in {timeout_s} s"
            time.sleep(0.02)

    def settled_hands(self) -> np.ndarray:
        """Wait until the hands have arrived and return where they are, (2, 3)."""
        seen = len(self.hands)
        self.until(lambda: len(self.hands) > seen + SETTLE_STEPS + SWAY_STEPS)
        return np.mean(self.hands[-SWAY_STEPS:], axis=0)

    def _run(self) -> None:
        self.session.run(self._watch, realtime=True)

    def _watch(self, session: Session) -> None:
        self.steps.append((time.time(), session.status().grasps[1]))
        base = self.world.base
        yaw = quat_from_axis_angle(np.array([0.0, 0, 1]), quat_yaw(base.quat))
        places = np.array([self.world.hand(k).position - base.position for k in range(2)])
        self.hands.append(quat_rotate_inverse(yaw, places))
        self.console.publish(session.status(), self.world.scene, self.world.state())
