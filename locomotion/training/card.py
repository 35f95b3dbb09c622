"""The card beside a policy: what it is, how it was trained and how well it walks."""

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
from drive2walk.locomotion.training.callbacks.policy_file import POLICY_FILE
from drive2walk.locomotion.walking.from_policy import controller_from_policy

CARD_FILE = "policy.md"
# Physics, size of the pushes in m/s, seed.
TRIALS: tuple[tuple[PhysicsName, float, int], ...] = (
    ("training", 0.5, 100),
    ("training", 0.0, 101),
    ("full", 0.5, 102),
    ("full", 0.0, 103),
    ("training", 1.0, 104),
)


def write_card(folder: Path, run: dict[str, Any], command: str, repeats: int = 4) -> dict[str, Any]:
    """Evaluate the policy in ``folder``, write its card and metrics.json, and return the scores.

    Args:
        folder: Folder of the training run.
        run: Its ``samples``, ``minutes``, ``samples_per_s`` and ``commit``.
        command: Command that trained it.
        repeats: Episodes of each command of the grid.

    Returns:
        The scores under the first of ``TRIALS``.
    """
    policy = Policy.load(folder / POLICY_FILE)
    scores = evaluate_trials(policy, repeats)
    write_metrics(folder / METRICS, scores)
    lines = [*_describe_training(policy, run, command), "", *_format_scores(scores)]
    (folder / CARD_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return next(iter(scores.values()))


def evaluate_trials(policy: Policy, repeats: int) -> dict[str, dict[str, Any]]:
    """Return the scores under each of ``TRIALS``.

    Args:
        policy: The policy.
        repeats: Episodes of each command of the grid.
    """
    controller = controller_from_policy(policy)
    return {
        _key(physics, push_m_s): evaluate(
            controller, Trial(physics, push_m_s=push_m_s, repeats=repeats, seed=seed)
        )
        for physics, push_m_s, seed in TRIALS
    }


def _key(physics: PhysicsName, push_m_s: float) -> str:
    """Return a trial's key in metrics.json, which calls pushes kicks."""
    return f"{f'{push_m_s:.1f} m/s' if push_m_s else 'no'} kicks, {physics} physics"


def _describe_training(policy: Policy, run: dict[str, Any], command: str) -> list[str]:
    return [
        f"# Walking policy for {policy.metadata['robot']}",
        "",
        "A residual on the capture-point gait, from joints and IMU alone, trained by PPO.",
        "",
        f"- Made by: `{command} --out DIR`",
        "- Data: simulation only; no recorded motion",
        f"- Date: {date.today().isoformat()}; trained at commit: {run['commit']}, "
        f"evaluated at commit: {current_commit()}",
        f"- Hardware: {processor()}, {os.cpu_count()} cores, no GPU",
        f"- Training: {run['minutes']:.1f} minutes, {run['samples'] / 1e6:.1f}M samples, "
        f"{run['samples_per_s']:.0f} a second",
    ]


def _format_scores(scores: dict[str, dict[str, Any]]) -> list[str]:
    return [
        "Scores: 20 s episodes from rest over 36 commands (vx −0.5 to 1.0 and vy ±0.3 m/s, wz "
        "±0.7 rad/s); pushes come from random directions every 3 to 7 s; errors are the RMS of "
        "1 s means, the pushes included.",
        "",
        "| evaluated under | episodes | survival (95 % interval) | vx m/s | vy m/s | wz rad/s |",
        "|---|---|---|---|---|---|",
        *(_format_row(key.replace("kicks", "pushes"), found) for key, found in scores.items()),
    ]


def _format_row(name: str, metrics: dict[str, Any]) -> str:
    low, high = metrics["survival_interval"]
    values = [metrics[key] for key in ("rms_vx", "rms_vy", "rms_wz")]
    errors = " | ".join("–" if value is None else f"{value:.3f}" for value in values)
    survival = f"{metrics['survival']:.3f} ({low:.3f}–{high:.3f})"
    return f"| {name} | {metrics['episodes']} | {survival} | {errors} |"
