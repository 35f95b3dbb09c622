"""The checkpoints of a training run, from which it can go on."""

from __future__ import annotations

import time
from pathlib import Path

from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback, EventCallback

from drive2walk.locomotion.training.callbacks.budget import Stopwatch
from drive2walk.locomotion.training.callbacks.learning_rate import LearningRate
from drive2walk.locomotion.training.callbacks.nan_guard import NanGuard
from drive2walk.locomotion.training.checkpoint_file import load_checkpoint, save_checkpoint

INTERVAL_S = 60.0


class Checkpoints(EventCallback):
    """Saves a checkpoint after the first rollout and then every minute.

    Args:
        out: Folder of the checkpoint.
        stopwatch: Time of training, which is saved and restored.
        rate: Learning rate, which is saved and restored.
        guard: Check that must pass before anything is written.
        on_save: Callback that is called after each checkpoint.
    """

    def __init__(
        self,
        out: Path,
        stopwatch: Stopwatch,
        rate: LearningRate,
        guard: NanGuard,
        on_save: BaseCallback,
    ) -> None:
        super().__init__(on_save)
        self._out, self._stopwatch, self._rate, self._guard = out, stopwatch, rate, guard
        self._saved_at_s = -INTERVAL_S

    def restore(self, model: PPO) -> None:
        """Load the last checkpoint into ``model``, the stopwatch and the learning rate.

        Raises:
            WeightsError: There is none, or it is of another network.
        """
        numbers = load_checkpoint(self._out, model)
        self._stopwatch.elapsed_s = numbers["elapsed_s"]
        self._rate.value = numbers["learning_rate"]
        model.num_timesteps = numbers["samples"]

    def save(self) -> None:
        """Write all that a resumed run needs, then call ``on_save``.

        Raises:
            TrainingError: A weight is NaN or has run away; nothing is written.
        """
        self._guard.check_weights()
        self._saved_at_s = time.monotonic()
        numbers = {
            "elapsed_s": self._stopwatch.elapsed_s,
            "learning_rate": self._rate.value,
            "samples": self.model.num_timesteps,
        }
        save_checkpoint(self._out, self.model, numbers)
        self._on_event()

    def _on_rollout_end(self) -> None:
        if time.monotonic() - self._saved_at_s > INTERVAL_S:
            self.save()
