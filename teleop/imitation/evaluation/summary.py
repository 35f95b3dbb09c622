"""The summary of a policy's trials, and how well its uncertainty tells failures."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.statistics import fraction_interval
from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.imitation.evaluation.policy_trial import PolicyTrial, PolicyTrialConfig
from drive2walk.teleop.imitation.policy_device import DECISION_S

# Uncertainty is averaged over so long, and counts up to so long before the end of an episode.
WINDOW_S, AHEAD_S = 2.0, 3.0


def summarize_policy_trials(
    config: PolicyTrialConfig, trials: Sequence[PolicyTrial]
) -> dict[str, Any]:
    """Return the metrics of trials as JSON: success, stages, falls, uncertainty, a row each.

    ``success_interval`` is the 95 % interval (Wilson, 1927).
    """
    successes = sum(trial.success for trial in trials)
    names = list(dict.fromkeys(name for trial in trials for name in trial.stages))
    scores = np.array([score_uncertainty(trial.uncertainty) for trial in trials])
    failed = np.array([not trial.success for trial in trials])
    return {
        "task": config.task,
        "fault": config.fault,
        "episodes": len(trials),
        "first_seed": config.first_seed,
        "success": successes / len(trials),
        "success_interval": list(fraction_interval(successes, len(trials))),
        "stages": {name: float(np.mean([t.stages[name] for t in trials])) for name in names},
        "falls": sum(trial.fell for trial in trials),
        "time_s": float(np.mean([trial.time_s for trial in trials])),
        "uncertainty": {
            "auroc": compute_auroc(scores, failed),
            "failures_m": _mean(scores[failed]),
            "successes_m": _mean(scores[~failed]),
        },
        "rows": [_make_row(trial, score) for trial, score in zip(trials, scores, strict=True)],
    }


def score_uncertainty(uncertainty: Sequence[float]) -> float:
    """Return the highest mean uncertainty over ``WINDOW_S``, up to ``AHEAD_S`` before the end.

    Args:
        uncertainty: Disagreement of the heads at each decision, in metres.
    """
    early = np.array(uncertainty[: max(1, len(uncertainty) - round(AHEAD_S / DECISION_S))])
    if not early.size:
        return float("nan")
    window = min(len(early), round(WINDOW_S / DECISION_S))
    return float(np.convolve(early, np.ones(window) / window, "valid").max())


def compute_auroc(scores: Array, positive: NDArray[np.bool_]) -> float:
    """Return the probability that a positive scores higher than a negative; ties count half.

    This is the area under the ROC curve (Hanley and McNeil, 1982); nan without both kinds.

    Args:
        scores: Scores, (n,).
        positive: Whether each is a positive, (n,) bool.
    """
    high, low = scores[positive], scores[~positive]
    if not high.size or not low.size:
        return float("nan")
    differences = high[:, None] - low[None]
    return float(np.mean((differences > 0) + 0.5 * (differences == 0)))


def _mean(values: Array) -> float:
    return float(values.mean()) if values.size else float("nan")


def _make_row(trial: PolicyTrial, score: float) -> dict[str, Any]:
    row = dataclasses.asdict(trial)
    row["uncertainty"] = score
    return row
