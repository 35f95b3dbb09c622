"""Noticing what the eyes missed: the robot is told to walk and doesn't get on."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class BumpConfig:
    """When walking counts as blocked, and what follows.

    Attributes:
        least_command_m_s: slower commands are never counted.
        share: measured below this share of the commanded speed is not getting on.
        patience_s: for this long, after the command has had time to act.
        settle_s: how long a command takes to act.
        retreat_m_s, retreat_s: how the robot backs off afterwards.
        reach_m: how far ahead of the base the thing is taken to be.
    """

    least_command_m_s: float = 0.18
    share: float = 0.4
    patience_s: float = 0.3
    settle_s: float = 0.9
    retreat_m_s: float = 0.25
    retreat_s: float = 1.6
    reach_m: float = 0.35


class BumpDetector:
    """Compares commanded with measured forward speed, from the legs' own odometry."""

    def __init__(self, config: BumpConfig | None = None) -> None:
        self.config = config or BumpConfig()
        self._commanded_s = 0.0
        self._blocked_s = 0.0

    def update(self, commanded_m_s: float, measured_m_s: float, dt_s: float) -> bool:
        """Add one control step; true once for each bump."""
        config = self.config
        if commanded_m_s < config.least_command_m_s:
            self._commanded_s = self._blocked_s = 0.0
            return False
        self._commanded_s += dt_s
        slow = measured_m_s < config.share * commanded_m_s
        settled = self._commanded_s > config.settle_s
        self._blocked_s = self._blocked_s + dt_s if slow and settled else 0.0
        if self._blocked_s < config.patience_s:
            return False
        self._commanded_s = self._blocked_s = 0.0
        return True
