"""How long a training run lasts, in minutes and in samples."""

from __future__ import annotations

import time

from stable_baselines3.common.callbacks import BaseCallback

from drive2walk.locomotion.training.distributed.processes import TrainingProcesses


class Stopwatch:
    """Measures the time of training, over all parts of a run that was resumed."""

    def __init__(self) -> None:
        self._start_s = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Time of training so far, in seconds."""
        return time.monotonic() - self._start_s

    @elapsed_s.setter
    def elapsed_s(self, value: float) -> None:
        self._start_s = time.monotonic() - value


class SampleCount(BaseCallback):
    """Adds the other processes' samples to the count of stable-baselines3, which is this one's.

    Args:
        processes: Processes with equally many robots.
    """

    def __init__(self, processes: TrainingProcesses) -> None:
        super().__init__()
        self._others = processes.count - 1

    def _on_step(self) -> bool:
        self.model.num_timesteps += self._others * self.model.n_envs
        return True


class Budget(BaseCallback):
    """Ends the run when its time is up or its samples are reached.

    Args:
        stopwatch: Time of training.
        max_s: Time at which the run ends, in seconds.
        max_samples: Control steps of all robots after which the run ends; 0 sets no limit.
    """

    def __init__(self, stopwatch: Stopwatch, max_s: float, max_samples: int) -> None:
        super().__init__()
        self._stopwatch, self._max_s, self._max_samples = stopwatch, max_s, max_samples

    def _on_step(self) -> bool:
        in_samples = not self._max_samples or self.model.num_timesteps < self._max_samples
        return in_samples and self._stopwatch.elapsed_s < self._max_s
