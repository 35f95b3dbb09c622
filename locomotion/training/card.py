"""The card beside a released policy: what it is, how it was made, how well it walks."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from drive2walk.envs.walking.physics import PhysicsName
from drive2walk.experiment.provenance import current_commit, processor
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.locomotion.evaluation.evaluate import evaluate
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.training.callbacks import POLICY_FILE
from drive2walk.locomotion.walking.from_policy import controller_from_policy

CARD_FILE = "policy.md"
# Name, physics, kicks in m/s, seed.
TRIALS: tuple[tuple[str, PhysicsName, float, int], ...] = (
    ("0.5 m/s kicks", "training", 0.5, 100),
    ("no kicks", "training", 0.0, 101),
    ("0.5 m/s kicks", "full", 0.5, 102),
    ("no kicks", "full", 0.0, 103),
    ("1.0 m/s kicks", "training", 1.0, 104),
)


def write_card(folder: Path, run: dict[str, Any], command: str, repeats: int = 4) -> dict[str, Any]:
    """Judge the policy in ``folder``, write its card and metrics.json, and return the scores.

    Args:
        folder: of the training run.
        run: its samples, minutes and samples_per_s, and the commit it ran at.
        command: that made it.
        repeats: episodes for each command of the grid.
    """
    policy = Policy.load(folder / POLICY_FILE)
    controller = controller_from_policy(policy)
    scores = {
        f"{name}, {physics} physics": evaluate(
            controller, Trial(physics, push_m_s=push, repeats=repeats, seed=seed)
        )
        for name, physics, push, seed in TRIALS
    }
    write_metrics(folder / METRICS, scores)
    lines = [
        f"# Walking policy for {policy.metadata['robot']}",
        "",
        "A residual on the capture-point gait, from joints and IMU alone, trained by PPO.",
        "",
        f"- Made by: `{command} --out DIR`",
        "- Data: simulation only; no recorded motion",
        f"- Date: {date.today().isoformat()}; trained at commit: {run['commit']}, "
        f"judged at commit: {current_commit()}",
        f"- Hardware: {processor()}, {os.cpu_count()} cores, no GPU",
        f"- Training: {run['minutes']:.1f} minutes, {run['samples'] / 1e6:.1f}M samples, "
        f"{run['samples_per_s']:.0f} a second",
        "",
        "Scores: 20 s episodes from rest over 36 commands (vx −0.5 to 1.0 and vy ±0.3 m/s, wz "
        "±0.7 rad/s); kicks come from random directions every 3 to 7 s; errors are the RMS of 1 s "
        "means, the kicks included.",
        "",
        "| judged under | episodes | survival (95 % interval) | vx m/s | vy m/s | wz rad/s |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(name, metrics) for name, metrics in scores.items()]
    (folder / CARD_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return next(iter(scores.values()))


def _row(name: str, metrics: dict[str, Any]) -> str:
    low, high = metrics["survival_interval"]
    values = [metrics[key] for key in ("rms_vx", "rms_vy", "rms_wz")]
    errors = " | ".join("–" if value is None else f"{value:.3f}" for value in values)
    survival = f"{metrics['survival']:.3f} ({low:.3f}–{high:.3f})"
    return f"| {name} | {metrics['episodes']} | {survival} | {errors} |"
