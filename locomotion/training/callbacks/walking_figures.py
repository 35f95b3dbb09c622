"""How well the robots of a training run walk, for its log and its progress bar."""

from __future__ import annotations

import numpy as np
import torch

from drive2walk.locomotion.training.callbacks.rollout_callback import RolloutCallback
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.robot.timing import CONTROL_DT_S


class WalkingFigures(RolloutCallback):
    """Records the mean figures of all processes after each rollout, as ``walk/...``.

    Attributes:
        falls_per_min: Falls of a robot per minute, in the last rollout.
        tracking: Mean absolute errors of vx, vy in m/s and wz in rad/s, (3,).

    Args:
        processes: Processes with equally many robots.
    """

    def __init__(self, processes: TrainingProcesses) -> None:
        super().__init__()
        self._processes = processes
        self._earlier_falls = 0
        self.falls_per_min = 0.0
        self.tracking = np.zeros(3)

    def _on_rollout_end(self) -> None:
        env: WalkingVecEnv = self.model.env
        falls, self._earlier_falls = env.falls - self._earlier_falls, env.falls
        own = np.array([falls, *env.reward.tracking], dtype=np.float32)
        mean_falls, *tracking = self._processes.mean(torch.from_numpy(own)).tolist()
        minutes = self.model.n_steps * env.num_envs * CONTROL_DT_S / 60
        self.falls_per_min = mean_falls / minutes
        self.tracking = np.array(tracking)
        self.logger.record("walk/falls_per_min", self.falls_per_min)
        for name, error in zip(("vx", "vy", "wz"), tracking, strict=True):
            self.logger.record(f"walk/{name}", error)
