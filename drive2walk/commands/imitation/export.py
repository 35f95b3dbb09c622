"""``drive2walk imitation export``."""

from __future__ import annotations

from pathlib import Path


def export(*, policy: str, out: Path) -> None:
    """Write an arm policy for robots: ONNX, checked and timed.

    Writes eye.onnx (image to features), arms.onnx (features to actions), arms.json (what the
    policy is) and metrics.json (differences from PyTorch, and the time of a step on one core).

    Args:
        policy: Released name of an arm policy, folder of a run, or a .safetensors file.
        out: Folder to write to.
    """
    import torch

    from drive2walk.commands.imitation.named_policy import find_arm_policy
    from drive2walk.commands.perception.output import print_metrics
    from drive2walk.experiment.results import METRICS, write_metrics
    from drive2walk.teleop.imitation.deployment.export import export_arms

    torch.set_num_threads(1)
    metrics = export_arms(find_arm_policy(policy).load(), out)
    write_metrics(out / METRICS, metrics)
    print_metrics(out)
