"""A callback that acts at the end of each rollout and at no step in between."""

from __future__ import annotations

from stable_baselines3.common.callbacks import BaseCallback


class RolloutCallback(BaseCallback):
    """Base of callbacks that override ``_on_rollout_end`` alone."""

    def _on_step(self) -> bool:
        return True
