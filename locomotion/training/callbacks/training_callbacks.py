"""All callbacks of a training run, in the order in which they are called."""

from __future__ import annotations

from pathlib import Path

from stable_baselines3.common.callbacks import CallbackList

from drive2walk.locomotion.training.callbacks.budget import Budget, SampleCount, Stopwatch
from drive2walk.locomotion.training.callbacks.checkpoints import Checkpoints
from drive2walk.locomotion.training.callbacks.learning_rate import (
    LearningRate,
    LearningRateSchedule,
)
from drive2walk.locomotion.training.callbacks.nan_guard import NanGuard
from drive2walk.locomotion.training.callbacks.policy_file import PolicyFile
from drive2walk.locomotion.training.callbacks.progress_bar import ProgressBar
from drive2walk.locomotion.training.callbacks.walking_figures import WalkingFigures
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses


class TrainingCallbacks(CallbackList):
    """The callbacks of one process: the main one alone ends the run, shows it and saves it.

    Attributes:
        stopwatch: Time of training.
        policy_file: Writer of the policy.
        checkpoints: Writer of the checkpoints.
        progress: Progress bar.

    Args:
        config: Training run.
        out: Folder of the run.
        rate: Learning rate that PPO reads.
        processes: Processes of the run.
    """

    def __init__(
        self,
        config: WalkingTraining,
        out: Path,
        rate: LearningRate,
        processes: TrainingProcesses,
    ) -> None:
        max_s = 60 * config.budget_min
        guard = NanGuard(out, processes.rank)
        figures = WalkingFigures(processes)
        self.stopwatch = Stopwatch()
        self.policy_file = PolicyFile(config, out)
        self.checkpoints = Checkpoints(out, self.stopwatch, rate, guard, self.policy_file)
        self.progress = ProgressBar(self.stopwatch, max_s, figures)
        shared = [SampleCount(processes), LearningRateSchedule(rate, processes), guard, figures]
        budget = Budget(self.stopwatch, max_s, config.max_samples)
        main = [budget, self.progress, self.checkpoints]
        super().__init__([*shared, *main] if processes.is_main else shared)
