"""Detects obstacles that the eyes missed: a robot that is commanded to walk doesn't advance."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class BumpConfig:
    """When walking counts as blocked, and how the robot retreats.

    Attributes:
        least_command_m_s: Slowest commanded speed that is watched.
        slow_fraction: Fraction of the commanded speed below which the robot doesn't advance.
        patience_s: Time without advance that counts as a bump.
        settle_s: Time that a new command needs to take effect.
        retreat_m_s: Speed of the retreat.
        retreat_s: Duration of the retreat.
        reach_m: Distance of the obstacle ahead of the base that is assumed.
    """

    least_command_m_s: float = 0.18
    slow_fraction: float = 0.4
    patience_s: float = 0.3
    settle_s: float = 0.9
    retreat_m_s: float = 0.25
    retreat_s: float = 1.6
    reach_m: float = 0.35


class BumpDetector:
    """Compares commanded with measured forward speed, from the legs' own odometry.

    Args:
        config: Thresholds.
    """

    def __init__(self, config: BumpConfig | None = None) -> None:
        self.config = config or BumpConfig()
        self._commanded_s = 0.0
        self._blocked_s = 0.0

    def update(self, commanded_m_s: float, measured_m_s: float, dt_s: float) -> bool:
        """Add a control step of ``dt_s`` and return True once for each bump."""
        config = self.config
        if commanded_m_s < config.least_command_m_s:
            self._commanded_s = self._blocked_s = 0.0
            return False
        self._commanded_s += dt_s
        slow = measured_m_s < config.slow_fraction * commanded_m_s
        settled = self._commanded_s > config.settle_s
        self._blocked_s = self._blocked_s + dt_s if slow and settled else 0.0
        if self._blocked_s < config.patience_s:
            return False
        self._commanded_s = self._blocked_s = 0.0
        return True
