"""Keys that a person walks the robot with, from a keyboard or written down in a line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.robot.timing import CONTROL_DT_S

STOP, KICK = "stop", "kick"
# Key -> GLFW's code, component of the command (vx, vy, wz, height) and what a press adds to it.
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
CODES = {code: name for name, (code, _, _) in STEPS.items()} | {257: STOP, 32: KICK}
HELP = (
    "up/down: faster, slower; left/right: turn; comma/period: step left, right; "
    "page up/down: stand up, squat; enter: stop; space: a kick"
)
# Between two keys of a line.
PRESS_S = 0.3


class WalkKeys:
    """Turns pressed keys into a command.

    Args:
        height_m: of the base to begin with and after a stop.
        bounds: of vx, vy in m/s, wz in rad/s and height in m, (4, 2).

    Attributes:
        command: vx, vy, wz and height, (4,).
    """

    def __init__(self, height_m: float, bounds: NDArray[np.float64]) -> None:
        self._rest = np.array([0.0, 0.0, 0.0, height_m])
        self._bounds = bounds
        self._kicked = False
        self.command = self._rest.copy()

    def press(self, name: str) -> None:
        """Change the command by one key.

        Raises:
            ConfigError: there is no such key.
        """
        if name == STOP:
            self.command = self._rest.copy()
        elif name == KICK:
            self._kicked = True
        elif name in STEPS:
            _, component, change = STEPS[name]
            command = self.command.copy()
            command[component] = round(command[component] + change, 3)
            self.command = np.clip(command, self._bounds[:, 0], self._bounds[:, 1])
        else:
            raise ConfigError(unknown_name("key", name, (*STEPS, STOP, KICK)))

    def press_code(self, code: int) -> None:
        """Change the command by a key with this GLFW code; other keys do nothing."""
        if code in CODES:
            self.press(CODES[code])

    def take_kick(self) -> bool:
        """Return whether a kick was asked for since the last call."""
        kicked, self._kicked = self._kicked, False
        return kicked


def played(line: str, keys: WalkKeys) -> Iterator[None]:
    """Press the keys of a line one after the other and yield once for each control step.

    Args:
        line: names of keys, and numbers of seconds to wait, with spaces between.
        keys: pressed on the way.

    Raises:
        ConfigError: a word is neither.
    """
    for word in line.split():
        seconds = PRESS_S
        if word.replace(".", "", 1).isdigit():
            seconds = float(word)
        else:
            keys.press(word)
        for _ in range(round(seconds / CONTROL_DT_S)):
            yield
