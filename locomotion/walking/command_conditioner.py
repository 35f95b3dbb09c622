"""Makes of what robots are commanded what their gait can follow."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.locomotion.estimation.step_memory import lower_base
from drive2walk.locomotion.estimation.velocity_trim import update_trim
from drive2walk.locomotion.gait.command import (
    CommandLimits,
    complete_command,
    is_still,
    ramp_command,
)
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound
from drive2walk.robot.timing import CONTROL_DT_S

UNBOUNDED = np.array([[-np.inf, np.inf]] * 4)
# A command that jumps within a step makes the robot stumble.
COMMAND_LIMITS = CommandLimits()


@dataclasses.dataclass(frozen=True)
class CommandConditioner:
    """Conditions the commands of one robot type.

    Attributes:
        height_m: Height of the base where none is commanded, in metres.
        bounds: Lowest and highest vx, vy, wz and height that the policy was trained on, (4, 2).
        stands: Whether robots stand at zero command; otherwise they step in place.
    """

    height_m: float
    bounds: Array = dataclasses.field(default_factory=UNBOUNDED.copy)
    stands: bool = True

    def complete(self, command: Array) -> Array:
        """Return commands (N, 3) or (N, 4) with the height, slow ones at rest, (N, 4)."""
        return complete_command(command, self.height_m)

    def trim(self, command: Array, state: ControllerState) -> tuple[Array, Array]:
        """Return the new trim, (N, 3), and the trimmed command within bounds, (N, 4).

        Args:
            command: Complete commands, (N, 4).
            state: The controller's state of the last tick.
        """
        measured = state.odometry.mean_velocity
        trim = update_trim(state.trim, command[:, :3], measured, CONTROL_DT_S)
        if self.stands:
            trim[is_still(command)] = 0.0
        wanted = command.copy()
        wanted[:, :3] += trim
        return trim, bound(wanted, self.bounds[:, 0], self.bounds[:, 1])

    def ramp(self, wanted: Array, state: ControllerState) -> Array:
        """Return the command that the gait follows now, (N, 4).

        Args:
            wanted: Complete commands within bounds, (N, 4).
            state: The controller's state of the last tick.
        """
        lowered = lower_base(wanted, state.step_height, self.bounds[3, 0])
        return ramp_command(state.command, lowered, COMMAND_LIMITS, CONTROL_DT_S)
