"""Scaling of what a robot feels and does to numbers of about one, as part of a policy."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.imitation.actions import ACTION_SIZE, BASE, GRASPS, HANDS

# Smallest scale of a value that hardly varies in the demonstrations.
SMALLEST_BODY = 0.02
SMALLEST_POSITION_M, SMALLEST_ROTATION, SMALLEST_SPEED, SMALLEST_HEIGHT_M = 0.01, 0.05, 0.05, 0.02


class Scaling(nn.Module):
    """Subtracts means and divides by standard deviations.

    Grasps aren't scaled: the network predicts their logits.

    Args:
        body_size: Number of values that the robot feels.
    """

    body_mean: Tensor
    body_std: Tensor
    action_mean: Tensor
    action_std: Tensor

    def __init__(self, body_size: int) -> None:
        super().__init__()
        for name, size in (("body", body_size), ("action", ACTION_SIZE)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_std", torch.ones(size))

    def fit(self, body: Array, actions: Array) -> None:
        """Take means and standard deviations from demonstrations.

        Args:
            body: Readings of the body, (T, body_size).
            actions: Actions, (T, ACTION_SIZE).
        """
        least = np.full(ACTION_SIZE, SMALLEST_ROTATION)
        for hand in HANDS:
            least[hand.start : hand.start + 3] = SMALLEST_POSITION_M
        least[BASE] = [*(SMALLEST_SPEED,) * 3, SMALLEST_HEIGHT_M]
        mean, std = actions.mean(axis=0), np.maximum(actions.std(axis=0), least)
        mean[GRASPS], std[GRASPS] = 0.0, 1.0
        values = {
            "body_mean": body.mean(axis=0),
            "body_std": np.maximum(body.std(axis=0), SMALLEST_BODY),
            "action_mean": mean,
            "action_std": std,
        }
        for name, value in values.items():
            getattr(self, name).copy_(torch.from_numpy(value))

    def scale_body(self, body: Tensor) -> Tensor:
        """Return scaled values (..., body_size) of what the robot feels, within bounds."""
        return ((body - self.body_mean) / self.body_std).clamp(-5, 5)

    def scale_actions(self, actions: Tensor) -> Tensor:
        """Return scaled actions (..., ACTION_SIZE)."""
        return (actions - self.action_mean) / self.action_std

    def restore_actions(self, scaled: Tensor) -> Tensor:
        """Return actions (..., ACTION_SIZE) of the network's output; grasps from 0 to 1."""
        actions = scaled * self.action_std + self.action_mean
        actions[..., GRASPS] = torch.sigmoid(scaled[..., GRASPS])
        return actions
