"""The policy file of a training run, which any controller can load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stable_baselines3.common.callbacks import BaseCallback

from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.policy_network import policy_from_network
from drive2walk.robot.spec import load_robot

POLICY_FILE = "policy.safetensors"


class PolicyFile(BaseCallback):
    """Writes the policy each time that it is called.

    Attributes:
        on_saved: Function that is called with the number of samples after each write.

    Args:
        config: Training run.
        out: Folder of the file.
    """

    def __init__(self, config: WalkingTraining, out: Path) -> None:
        super().__init__()
        self._config, self._out = config, out
        self._spec = load_robot(config.robot)
        self.on_saved: Callable[[int], None] | None = None

    def _on_step(self) -> bool:
        policy_from_network(self.model, self._config, self._spec).save(self._out / POLICY_FILE)
        if self.on_saved is not None:
            self.on_saved(self.model.num_timesteps)
        return True
