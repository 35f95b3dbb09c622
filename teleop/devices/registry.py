"""The devices that a person holds, all of them through the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.teleop.devices.gamepad import GamepadOperator
from drive2walk.teleop.devices.keyboard import Keyboard
from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.devices.webxr import WebXR
from drive2walk.teleop.operator.guard import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput


class PageDevice(Protocol):
    """Gives the raw state of a page its meaning.

    Attributes:
        note: one or two words on what it moves now, for the page.
    """

    @property
    def note(self) -> str:
        """Return what it moves now."""

    def step(self, page: PageState, now_s: float) -> OperatorInput:
        """Return the input that the page's state, arrived at ``now_s``, means."""


PAGE_DEVICES: dict[str, Callable[[OperatorLimits], PageDevice]] = {
    "keyboard": Keyboard,
    "webxr": WebXR,
    "gamepad": GamepadOperator,
}


def page_device(name: str, limits: OperatorLimits) -> PageDevice:
    """Return a new device of this name.

    Raises:
        ConfigError: there is none.
    """
    if name not in PAGE_DEVICES:
        raise ConfigError(unknown_name("device", name, PAGE_DEVICES))
    return PAGE_DEVICES[name](limits)
