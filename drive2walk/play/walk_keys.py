"""Keys that steer the robot, from a keyboard or written in a line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.timing import CONTROL_DT_S

STOP, PUSH = "stop", "kick"
# GLFW's code of each key, and the component of the command (vx, vy, wz, height) that a press
# changes, with the change.
STEPS: dict[str, tuple[int, int, float]] = {
    "up": (265, 0, 0.1),
    "down": (264, 0, -0.1),
    "comma": (44, 1, 0.1),
    "period": (46, 1, -0.1),
    "left": (263, 2, 0.1),
    "right": (262, 2, -0.1),
    "page_up": (266, 3, 0.02),
    "page_down": (267, 3, -0.02),
}
CODES = {code: name for name, (code, _, _) in STEPS.items()} | {257: STOP, 32: PUSH}
HELP = (
    "up/down: faster, slower; left/right: turn; comma/period: step left, right; "
    "page up/down: stand up, squat; enter: stop; space: a push"
)
# Time after each key of a line.
PRESS_S = 0.3


class WalkKeys:
    """Turns pressed keys into a command.

    Args:
        height_m: Height of the base at the start and after a stop, in metres.
        bounds: Lower and upper bounds of vx, vy in m/s, wz in rad/s and height in m, (4, 2).

    Attributes:
        command: Command (vx, vy, wz, height), (4,).
    """

    def __init__(self, height_m: float, bounds: Array) -> None:
        self._rest = np.array([0.0, 0.0, 0.0, height_m])
        self._bounds = bounds
        self._push_asked = False
        self.command = self._rest.copy()

    def press(self, name: str) -> None:
        """Press a key by its name.

        Raises:
            ConfigError: The key doesn't exist.
        """
        if name == STOP:
            self.command = self._rest.copy()
        elif name == PUSH:
            self._push_asked = True
        elif name in STEPS:
            _, component, change = STEPS[name]
            command = self.command.copy()
            command[component] = round(command[component] + change, 3)
            self.command = np.clip(command, self._bounds[:, 0], self._bounds[:, 1])
        else:
            raise ConfigError(unknown_name("key", name, (*STEPS, STOP, PUSH)))

    def press_code(self, code: int) -> None:
        """Press a key by its GLFW code; unknown codes do nothing."""
        if code in CODES:
            self.press(CODES[code])

    def take_push(self) -> bool:
        """Return whether a push was asked for since the last call."""
        asked, self._push_asked = self._push_asked, False
        return asked


def press_keys(line: str, keys: WalkKeys) -> Iterator[None]:
    """Press the keys of a line one after the other and yield once for each control step.

    Args:
        line: Names of keys and seconds to wait, separated by spaces.
        keys: Keys that are pressed.

    Raises:
        ConfigError: A word is neither a key nor a number of seconds.
    """
    for word in line.split():
        seconds = PRESS_S
        if word.replace(".", "", 1).isdigit():
            seconds = float(word)
        else:
            keys.press(word)
        for _ in range(round(seconds / CONTROL_DT_S)):
            yield
