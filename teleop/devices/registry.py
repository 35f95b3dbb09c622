"""The devices of the page, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.teleop.devices.gamepad import GamepadDevice
from drive2walk.teleop.devices.keyboard import KeyboardDevice
from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.devices.webxr import WebXRDevice
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput


class PageDevice(Protocol):
    """Interprets the raw state of a page.

    Attributes:
        note: One or two words for the page about what the device moves now.
    """

    @property
    def note(self) -> str:
        """What the device moves now."""

    def step(self, page: PageState, now_s: float) -> OperatorInput:
        """Return the input for a page's state that arrived at ``now_s``."""


PAGE_DEVICES: dict[str, Callable[[OperatorLimits], PageDevice]] = {
    "keyboard": KeyboardDevice,
    "webxr": WebXRDevice,
    "gamepad": GamepadDevice,
}


def make_page_device(name: str, limits: OperatorLimits) -> PageDevice:
    """Return a new device.

    Args:
        name: A name from ``PAGE_DEVICES``.
        limits: Limits of the operator's input.

    Raises:
        ConfigError: There is no device of this name.
    """
    if name not in PAGE_DEVICES:
        raise ConfigError(unknown_name("device", name, PAGE_DEVICES))
    return PAGE_DEVICES[name](limits)
