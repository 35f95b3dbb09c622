"""The summary counts what happened, and says how well uncertainty tells failures."""

import json
from pathlib import Path

import numpy as np
import pytest

from drive2walk.teleop.imitation.evaluation.demo_report import write_demo_report
from drive2walk.teleop.imitation.evaluation.policy_trial import PolicyTrial, PolicyTrialConfig
from drive2walk.teleop.imitation.evaluation.summary import (
    compute_auroc,
    score_uncertainty,
    summarize_policy_trials,
)
from drive2walk.teleop.imitation.policy_device import DECISION_S


def make_trial(seed: int, success: bool, uncertainty: float) -> PolicyTrial:
    stages = {"reached": True, "placed": success}
    return PolicyTrial(seed, success, not success, 10.0 * seed, stages, 1.0, (uncertainty,) * 30)


def test_success_stages_falls_and_uncertainty() -> None:
    trials = [make_trial(1, True, 0.01), make_trial(2, False, 0.03), make_trial(3, True, 0.02)]
    metrics = summarize_policy_trials(PolicyTrialConfig(episodes=3), trials)
    assert metrics["success"] == pytest.approx(2 / 3)
    low, high = metrics["success_interval"]
    assert 0.2 < low < 2 / 3 < high < 0.95
    assert metrics["stages"] == {"reached": 1.0, "placed": pytest.approx(2 / 3)}
    assert (metrics["episodes"], metrics["falls"], metrics["time_s"]) == (3, 1, 20.0)
    assert metrics["uncertainty"]["auroc"] == 1.0
    assert metrics["uncertainty"]["failures_m"] == pytest.approx(0.03)
    assert [row["uncertainty"] for row in metrics["rows"]] == pytest.approx([0.01, 0.03, 0.02])


def test_auroc_is_the_fraction_of_pairs_in_order() -> None:
    scores = np.array([1.0, 2.0, 3.0, 2.0])
    positive = np.array([False, True, True, False])
    assert compute_auroc(scores, positive) == pytest.approx((1 + 0.5 + 1 + 1) / 4)
    assert np.isnan(compute_auroc(scores, np.ones(4, dtype=bool)))


def test_uncertainty_in_the_last_three_seconds_comes_too_late() -> None:
    late = round(3.0 / DECISION_S)
    quiet, alarm = [0.01] * 40, [1.0] * late
    assert score_uncertainty([*quiet, *alarm]) == pytest.approx(0.01)
    # A peak counts by its mean over two seconds.
    peak = [*quiet, 0.06, *quiet]
    assert score_uncertainty(peak) == pytest.approx(0.02)


def test_the_report_of_a_demo_says_what_happened(tmp_path: Path) -> None:
    trials = [make_trial(1, True, 0.01), make_trial(2, False, 0.03)]
    metrics = summarize_policy_trials(PolicyTrialConfig(episodes=2), trials)
    write_demo_report(metrics, "<arms>", tmp_path)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["summary"] == {"episodes": 2, "success": 1, "falls": 1}
    assert [row["seed"] for row in report["episodes"]] == [1, 2]
    page = (tmp_path / "report.html").read_text()
    assert "tote: 1 of 2 done, 1 falls" in page
    assert "&lt;arms&gt;" in page and "<td>reached, placed</td>" in page
