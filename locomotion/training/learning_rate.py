"""PPO's learning rate."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass
class LearningRate:
    """A learning rate that follows the KL divergence (Schulman et al. 2017, section 4)."""

    value: float
    target_kl: float

    def __call__(self, _: float) -> float:
        """Return the rate for stable-baselines3, whatever the share of training left."""
        return self.value

    def adapt(self, kl: float) -> None:
        """Slow down after a large update, speed up after a small one."""
        if kl > 2 * self.target_kl:
            self.value = max(self.value / 1.5, 1e-5)
        elif 0 < kl < self.target_kl / 2:
            self.value = min(self.value * 1.5, 1e-2)
