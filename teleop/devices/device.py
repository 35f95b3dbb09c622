"""The device: what an operator steers with."""

from __future__ import annotations

from typing import Protocol

import mujoco

from drive2walk.teleop.operator.operator_input import OperatorInput


class SceneView(Protocol):
    """What a scripted operator may look at: the world's truth. People look at the video."""

    @property
    def model(self) -> mujoco.MjModel:
        """The compiled world."""

    @property
    def data(self) -> mujoco.MjData:
        """The world's state."""


class Device(Protocol):
    """Anything that an operator steers with."""

    def read(self, scene: SceneView) -> OperatorInput | None:
        """Return the newest input, or None before the first; an event is given once."""

    def close(self) -> None:
        """Let go of what the device holds open. Safe to call twice."""
