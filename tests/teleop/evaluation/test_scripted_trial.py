import pytest

from drive2walk.checkpoints.released import load_controller
from drive2walk.envs.tasks.stages import STAGES
from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.evaluation import scripted_trial
from drive2walk.teleop.evaluation.scripted_trial import (
    Trial,
    TrialConfig,
    run_trial,
    run_trials,
    summarize_trials,
)
from drive2walk.teleop.scripts.mistakes import MISHAPS


def test_a_summary_counts_successes_and_falls() -> None:
    trials = [Trial(0, True, False, 30.0), Trial(1, False, True, 12.0), Trial(2, True, False, 33.0)]
    summary = summarize_trials(TrialConfig("tote", episodes=3), trials)
    assert summary["success"] == pytest.approx(2 / 3)
    assert (summary["falls"], summary["episodes"], summary["time_s"]) == (1, 3, 25.0)
    assert summary["success_interval"] == pytest.approx([0.2077, 0.9385], abs=1e-4)
    assert [row["seed"] for row in summary["rows"]] == [0, 1, 2]


def test_a_summary_counts_stages_and_reasons_of_failure() -> None:
    stages = [{"reached": True, "placed": True}, {"reached": True, "placed": False}]
    trials = [
        Trial(0, True, False, 30.0, stages=stages[0]),
        Trial(1, False, False, 12.0, failure="lost", stages=stages[1]),
    ]
    summary = summarize_trials(TrialConfig("tote", start="mistake"), trials)
    assert summary["start"] == "mistake"
    assert summary["stages"] == {"reached": 1.0, "placed": 0.5}
    assert summary["failures"] == {"lost": 1}


@pytest.mark.parametrize("start", ["normal", "mistake", "takeover"])
def test_a_trial_begins_as_its_config_says(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted_trial, "TIME_LIMIT_S", 0.1)
    trial = run_trial(TrialConfig("sort", start=start), 5, load_controller("unitree_g1"))
    assert (trial.mistake in MISHAPS["sort"]) is (start == "mistake")
    assert tuple(trial.stages) == STAGES
    assert not trial.success


@pytest.mark.e2e
def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    controller = load_controller("unitree_g1")
    alone = list(run_trials(TrialConfig("tote", 2, first_seed=7), controller))
    assert [trial.seed for trial in alone] == [7, 8]
    assert all(trial.success and not trial.fell for trial in alone)
    together = list(run_trials(TrialConfig("tote", 2, first_seed=7, workers=2), controller))
    assert together == alone


@pytest.mark.e2e
def test_a_script_that_never_finishes_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted_trial, "TIME_LIMIT_S", 2.0)
    (trial,) = run_trials(TrialConfig("sort", 1), load_controller("unitree_g1"))
    assert not trial.success
    assert trial.time_s == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"task": "totes"}, "Did you mean 'tote'"),
        ({"episodes": 0}, "got 0 episodes"),
        ({"workers": 0}, "0 workers"),
        ({"start": "mistakes"}, "Did you mean 'mistake'"),
        ({"first_seed": -1}, "first-seed is -1"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrialConfig(**settings)
