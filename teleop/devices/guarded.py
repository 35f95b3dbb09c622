"""A device whose inputs pass the guard."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.operator.guard import GuardState, guard_input
from drive2walk.teleop.operator.limits import OperatorLimits


class GuardedDevice:
    """Reads a device through the guard.

    Args:
        device: The operator's device.
        limits: Limits of the input.
        clock: Returns seconds; the clock with which the device stamps its inputs.

    Attributes:
        state: Newest answer of the guard.
    """

    def __init__(self, device: Device, limits: OperatorLimits, clock: Callable[[], float]) -> None:
        self._device = device
        self._limits = limits
        self._clock = clock
        self.state = GuardState.initial(clock())

    def read(self) -> GuardState:
        """Return the guard's answer to the device's newest input."""
        given = self._device.read()
        self.state = guard_input(self.state, given, self._clock(), self._limits)
        return self.state
