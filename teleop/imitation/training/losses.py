"""The losses of an arm policy as pure functions of outputs and labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.teleop.imitation.actions import BASE, GRASPS, HANDS, POSE_SIZE
from drive2walk.teleop.imitation.network import ArmOutput

# Weights of the losses beside that of the actions.
GRASP_WEIGHT, STAGE_WEIGHT, PROGRESS_WEIGHT, DONE_WEIGHT = 0.2, 0.1, 0.3, 0.05
POSITIONS = [hand.start + k for hand in HANDS for k in range(3)]
ROTATIONS = [hand.start + k for hand in HANDS for k in range(3, POSE_SIZE)]
# Weights of positions, rotations, base velocity and height in the error of an action.
GROUP_WEIGHTS = (0.35, 0.2, 0.4, 0.05)
# Every head leaves out another one of this many parts of the demonstrations, so that the heads
# disagree where there are few (bagging: Breiman, 1996).
PARTS = 5


def compute_losses(
    output: ArmOutput,
    actions: Tensor,
    labels: tuple[Tensor, Tensor, Tensor],
    episodes: Tensor,
    decay_per_action: float,
) -> dict[str, Tensor]:
    """Return the weighted losses of n samples, scalars by name; their sum is to be minimised.

    Args:
        output: Output of the network.
        actions: Scaled actions, (n, chunk_size, ACTION_SIZE).
        labels: Stages (n, NUM_STAGES), where nan is unknown; progress (n,); done (n,).
        episodes: Index of the demonstration of each sample, (n,).
        decay_per_action: Factor by which an action counts less than the one before.
    """
    stages, progress, done = labels
    weights = decay_per_action ** torch.arange(actions.shape[1], dtype=torch.float32)
    weights = weights / weights.sum()
    heads = torch.arange(len(output.actions))[:, None]
    # A single head learns from everything.
    parts = heads % PARTS if len(heads) > 1 else heads - 1
    learns = (episodes[None] % PARTS != parts).float()
    counts = learns.sum(dim=1, keepdim=True).clamp(min=1)

    def mean(errors: Tensor) -> Tensor:
        """Return the mean of errors (ensemble, n, chunk_size) over what each head learns from."""
        return ((errors * weights).sum(dim=-1) * learns / counts).sum(dim=1).mean()

    grasps = output.actions[..., GRASPS]
    wanted = actions[..., GRASPS].expand_as(grasps)
    grasp = F.binary_cross_entropy_with_logits(grasps, wanted, reduction="none").sum(dim=-1)
    errors = weigh_errors(output.actions - actions)
    known = ~torch.isnan(stages)
    stage = F.binary_cross_entropy_with_logits(
        output.stages, torch.nan_to_num(stages), reduction="none"
    )
    return {
        "action": mean(errors),
        "grasp": GRASP_WEIGHT * mean(grasp),
        "stage": STAGE_WEIGHT * (stage * known).sum() / known.sum().clamp(min=1),
        "progress": PROGRESS_WEIGHT * (output.progress - progress).abs().mean(),
        "done": DONE_WEIGHT * F.binary_cross_entropy_with_logits(output.done, done),
    }


def weigh_errors(differences: Tensor) -> Tensor:
    """Return one error for each action, (..., chunk_size), of scaled differences.

    Positions, rotations, base velocity and height are weighed as groups: a hand's rotation alone
    has twice as many values as the base. The base mostly rests, so the median that an absolute
    error leads to is rest; its velocity has a squared error up to one standard deviation.

    Args:
        differences: Predicted less wanted actions, (..., chunk_size, ACTION_SIZE).
    """
    far, turned = differences[..., POSITIONS].abs(), differences[..., ROTATIONS].abs()
    base = differences[..., BASE]
    speed = F.smooth_l1_loss(base[..., :3], torch.zeros_like(base[..., :3]), reduction="none")
    groups = (far.mean(-1), turned.mean(-1), speed.mean(-1), base[..., 3].abs())
    weighed = [weight * error for weight, error in zip(GROUP_WEIGHTS, groups, strict=True)]
    return torch.stack(weighed).sum(dim=0)


def measure_errors(actions: Tensor, wanted: Tensor) -> tuple[float, float]:
    """Return the mean distance of the hands' goals, in metres, and the mean error of vx and vy.

    Args:
        actions: Actions that a policy would take, (n, chunk_size, ACTION_SIZE).
        wanted: Actions of the demonstrator, likewise.
    """
    ways = (actions - wanted)[..., POSITIONS]
    hands_m = ways.unflatten(-1, (len(HANDS), 3)).norm(dim=-1).mean()
    base_m_s = (actions - wanted)[..., BASE.start : BASE.start + 2].abs().mean()
    return float(hands_m), float(base_m_s)
