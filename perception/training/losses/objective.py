"""The objective of a training step: the losses that a config asks for, and their weighted sum."""

from __future__ import annotations

import torch
from torch import Tensor

from drive2walk.perception.network.network import Output
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.distillation.teacher import Teacher
from drive2walk.perception.training.losses.losses import (
    depth_loss,
    surface_loss,
    teacher_loss,
    walkable_loss,
)
from drive2walk.perception.training.losses.soft_iou import soft_iou_loss


class Objective:
    """The losses of a run.

    Args:
        config: Settings of the run.
        class_weights: Weight of each surface in the surface loss, (num_surfaces,).
        two_way: Whether any source has two-way labels.
        teacher: Teacher whose soft labels are learned, or None.
    """

    def __init__(
        self,
        config: NetworkTrainingConfig,
        class_weights: Tensor,
        two_way: bool,
        teacher: Teacher | None,
    ) -> None:
        self.config, self.class_weights = config, class_weights
        self.two_way, self.teacher = two_way, teacher
        self._weights = {
            "depth_loss": config.depth_weight,
            "overlap_loss": config.iou_weight,
            "teacher_loss": config.teacher_weight,
        }

    def losses(self, batch: Batch, output: Output, step: int) -> dict[str, Tensor]:
        """Return the losses by name, each a scalar on the device.

        Args:
            batch: Batch on the device.
            output: Output of the network for the batch.
            step: Number of the step.
        """
        # An output stands for a square of 2x2 pixels. The compared pixel changes with the step.
        corner = (..., slice(step % 2, None, 2), slice(step // 2 % 2, None, 2))
        logits, classes = output.surfaces.float(), batch.labelled_classes
        surfaces, pixel_weights = batch.surfaces[corner], batch.pixel_weights[corner]
        losses = {
            "surface_loss": surface_loss(
                logits, surfaces, classes, self.class_weights, pixel_weights
            )
        }
        if self.config.depth_weight > 0:
            losses["depth_loss"] = depth_loss(output.log_depth.float(), batch.depth[corner])
        if self.config.iou_weight > 0:
            # The name in the curves of earlier runs.
            losses["overlap_loss"] = soft_iou_loss(logits, surfaces, classes)
        if self.two_way:
            losses["walkable_loss"] = walkable_loss(logits, batch.walkable[corner], batch.two_way)
        if self.teacher is not None:
            with self.autocast(batch.rgb.device):
                soft_labels = self.teacher(batch)
            losses["teacher_loss"] = teacher_loss(
                logits,
                soft_labels,
                self.teacher.named,
                self.teacher.rest,
                self.config.teacher_temperature,
            )
        return losses

    def total(self, losses: dict[str, Tensor]) -> Tensor:
        """Return the weighted sum of the losses."""
        return torch.stack([self._weights.get(key, 1.0) * v for key, v in losses.items()]).sum()

    def autocast(self, device: torch.device) -> torch.autocast:
        """Return the context for a network's arithmetic at the precision of the config."""
        half = self.config.precision == "bfloat16"
        return torch.autocast(device.type, torch.bfloat16, enabled=half)
