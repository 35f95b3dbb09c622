"""The supervisor of a policy: it says when a script shall take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from drive2walk.teleop.imitation.policy_device import DECISION_S

# The uncertainty is averaged over so long.
WINDOW_S = 2.0


class Supervisor:
    """Decides whether a policy still makes progress and is sure of itself.

    Args:
        uncertainty_m: Mean disagreement of the heads from which a policy is unsure, in metres.
        patience_s: Time without a further stage after which a policy is stuck, in seconds.

    Attributes:
        reason: Reason for the takeover: "unsure" or "stuck"; None before it.
    """

    def __init__(self, uncertainty_m: float, patience_s: float) -> None:
        self._uncertainty_m, self._patience_s = uncertainty_m, patience_s
        self._stages = 0
        self._since_s = 0.0
        self.reason: str | None = None

    def should_take_over(
        self, time_s: float, stages: Mapping[str, bool], uncertainty: Sequence[float]
    ) -> bool:
        """Return whether a script shall take over now.

        Args:
            time_s: Simulated time, in seconds.
            stages: Stages of the task that are behind, by their names.
            uncertainty: Disagreement of the policy's heads at each decision, in metres.
        """
        if sum(stages.values()) > self._stages:
            self._stages, self._since_s = sum(stages.values()), time_s
        window = round(WINDOW_S / DECISION_S)
        if len(uncertainty) >= window and np.mean(uncertainty[-window:]) > self._uncertainty_m:
            self.reason = "unsure"
        elif time_s - self._since_s > self._patience_s:
            self.reason = "stuck"
        return self.reason is not None
