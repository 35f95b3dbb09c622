"""The interface of a device that an operator steers with."""

from __future__ import annotations

from typing import Protocol

import mujoco

from drive2walk.teleop.operator.operator_input import OperatorInput


class SceneView(Protocol):
    """The simulator's truth, for scripted operators. A person looks at the video."""

    @property
    def model(self) -> mujoco.MjModel:
        """The compiled world."""

    @property
    def data(self) -> mujoco.MjData:
        """The state of the world."""


class Device(Protocol):
    """Anything that an operator steers with."""

    def read(self, scene: SceneView) -> OperatorInput | None:
        """Return the newest input, None before the first; each event is given once."""

    def close(self) -> None:
        """Release everything that the device holds open. May be called twice."""
