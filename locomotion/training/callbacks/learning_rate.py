"""PPO's learning rate, which follows the size of its updates."""

from __future__ import annotations

import dataclasses

import torch

from drive2walk.locomotion.training.callbacks.rollout_callback import RolloutCallback
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses

# Factor between two learning rates, and their bounds.
STEP = 1.5
MIN_RATE, MAX_RATE = 1e-5, 1e-2


@dataclasses.dataclass
class LearningRate:
    """A learning rate that follows the KL divergence (Schulman et al. 2017, section 4).

    Attributes:
        value: Learning rate.
        target_kl: KL divergence between the policies before and after an update, in nats.
    """

    value: float
    target_kl: float

    def __call__(self, _: float) -> float:
        """Return the rate, whatever fraction of the training stable-baselines3 says is left."""
        return self.value

    def adapt(self, kl: float) -> None:
        """Lower the rate after a large update, raise it after a small one."""
        if kl > 2 * self.target_kl:
            self.value = max(self.value / STEP, MIN_RATE)
        elif 0 < kl < self.target_kl / 2:
            self.value = min(self.value * STEP, MAX_RATE)


class LearningRateSchedule(RolloutCallback):
    """Adapts the learning rate after each rollout, alike in all processes.

    Args:
        rate: Learning rate that PPO reads.
        processes: Processes whose mean KL divergence counts.
    """

    def __init__(self, rate: LearningRate, processes: TrainingProcesses) -> None:
        super().__init__()
        self._rate, self._processes = rate, processes

    def _on_rollout_end(self) -> None:
        own = self.model.logger.name_to_value.get("train/approx_kl", 0.0)
        self._rate.adapt(float(self._processes.mean(torch.tensor(own, dtype=torch.float32))))
