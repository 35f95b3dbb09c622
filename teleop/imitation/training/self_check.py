"""Checks before a training: actions survive their encoding, and the network can learn a batch."""

from __future__ import annotations

import copy

import numpy as np
import torch

from drive2walk.experiment.errors import DataError, TrainingError
from drive2walk.teleop.imitation.actions import (
    ReferenceName,
    decode_actions,
    encode_actions,
    find_reference,
)
from drive2walk.teleop.imitation.demonstrations.demonstration import Demonstration
from drive2walk.teleop.imitation.demonstrations.samples import Batch
from drive2walk.teleop.imitation.inputs.image_features import Eye, see
from drive2walk.teleop.imitation.network import ArmNetwork
from drive2walk.teleop.imitation.scaling import Scaling
from drive2walk.teleop.imitation.training.losses import PARTS, compute_losses

TOLERANCE_M = 1e-3
TOLERANCE_RAD = 2e-3
# The network has learned a batch once the error of its actions has fallen to this fraction.
LEARNED_FRACTION = 0.5
STEPS = 60
EXAMPLES = 16


def check_round_trip(demonstration: Demonstration, reference: ReferenceName) -> float:
    """Return the largest distance of a goal from itself, encoded and decoded, in metres.

    Every goal is encoded relative to the hands as they were at sixteen moments.

    Args:
        demonstration: Demonstration to check.
        reference: Frame of the hands' goals in an action.

    Raises:
        DataError: It is more than a millimetre, or its orientation changes.
    """
    commands = demonstration.commands
    largest_m = 0.0
    for measured in demonstration.measured[:: max(1, len(demonstration) // 16)]:
        poses = find_reference(reference, measured)
        decoded = decode_actions(encode_actions(commands, poses), poses)
        way = np.linalg.norm(decoded.hands[..., :3] - commands.hands[..., :3], axis=-1)
        cosine = np.abs((decoded.hands[..., 3:] * commands.hands[..., 3:]).sum(axis=-1))
        angle_rad = 2 * np.arccos(np.clip(cosine, 0.0, 1.0)).max()
        largest_m = max(largest_m, float(way.max()))
        if largest_m > TOLERANCE_M or angle_rad > TOLERANCE_RAD:
            raise DataError(
                f"{demonstration.name}: goals of the hands change by {1000 * largest_m:.1f} mm and "
                f"{angle_rad:.3f} rad when they are encoded. Are its quaternions of length 1?"
            )
    return largest_m


def check_overfitting(network: ArmNetwork, scaling: Scaling, eye: Eye, batch: Batch) -> float:
    """Return the fraction to which a copy of the network reduces its error on one batch.

    Raises:
        TrainingError: The error doesn't fall; the network can't learn.
    """
    student = copy.deepcopy(network).train()
    inputs = batch.inputs._replace(body=scaling.scale_body(batch.inputs.body))
    if batch.images is not None:
        image, closing = (see(eye, images) for images in batch.images)
        inputs = inputs._replace(image=image, closing=closing)
    actions = scaling.scale_actions(batch.actions)
    labels = (batch.stages, batch.progress, batch.done)
    optimizer = torch.optim.AdamW(student.parameters(), lr=1e-3)
    # No head leaves out this demonstration.
    every_head = torch.full_like(batch.episodes, PARTS - 1)
    errors = []
    for _ in range(STEPS):
        losses = compute_losses(student(inputs), actions, labels, every_head, 1.0)
        optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        optimizer.step()
        errors.append(float(losses["action"].detach()))
    fraction = errors[-1] / max(errors[0], 1e-9)
    if not fraction < LEARNED_FRACTION:
        raise TrainingError(
            f"the network learns one batch to {fraction:.0%} of its error in {STEPS} steps. "
            "Choose another learning rate or shape."
        )
    return fraction
