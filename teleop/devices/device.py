"""The interface of a device that an operator steers with."""

from __future__ import annotations

from typing import Protocol

from drive2walk.teleop.operator.operator_input import OperatorInput


class Device(Protocol):
    """Anything that an operator steers with.

    A device gets nothing of the world when it is read. A scripted operator, which may look at the
    simulator's truth, gets the world when it is built; a policy gets an ``Observe``.
    """

    def read(self) -> OperatorInput | None:
        """Return the newest input, None before the first; each event is given once."""

    def close(self) -> None:
        """Release everything that the device holds open. May be called twice."""


class UnattendedDevice(Device, Protocol):
    """A device without a person: it begins, saves and discards its episode by itself."""

    @property
    def succeeded(self) -> bool:
        """Whether the task was done at the end."""

    def clock(self) -> float:
        """Return the simulated time in seconds, with which inputs are stamped."""
