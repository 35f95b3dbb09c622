from pathlib import Path
from typing import Any

import pytest

import drive2walk.locomotion.studies.compare
from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.tables import RunTable
from drive2walk.locomotion.evaluation.evaluate import evaluate
from drive2walk.locomotion.studies.compare import BOTH, PRIOR, RL, Comparison
from drive2walk.locomotion.studies.compare_report import summarize_comparison, write_plot
from drive2walk.locomotion.training.config import PpoConfig, WalkingTraining

TINY = WalkingTraining(num_envs=16, num_threads=1, ppo=PpoConfig(steps=8, epochs=1))


def table_of(path: Path, survival: dict[str, list[float]], minutes: float = 4.0) -> RunTable:
    table = RunTable(
        path / "t.csv",
        ("method", "seed", "minutes"),
        ("survival", "rms_vx", "rms_vy", "rms_wz", "samples"),
    )
    for method, values in survival.items():
        for seed, value in enumerate(values):
            at = 0.0 if method == PRIOR else minutes
            table.add(
                method=method,
                seed=seed,
                minutes=at,
                survival=value,
                rms_vx=0.1,
                rms_vy=0.1,
                rms_wz=None,
                samples=1,
            )
    return table


def verdict_of(path: Path, both: list[float], alone: list[float], prior: list[float]) -> str:
    comparison = Comparison(TINY, (4.0,), len(both))
    table = table_of(path, {BOTH: both, RL: alone, PRIOR: prior})
    write_plot(path / "plot.png", comparison, table)
    assert (path / "plot.png").read_bytes()[:4] == b"\x89PNG"
    return summarize_comparison(comparison, table)["verdict"]


def test_a_clear_gain_is_called_one(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, [0.97, 0.98, 0.96], [0.3, 0.35, 0.31], [0.3, 0.3, 0.3])
    assert "The prior helps RL (+65%" in verdict
    assert "prior + RL within 4 minutes" in verdict
    assert "RL alone not within 4 minutes" in verdict


def test_a_null_result_is_called_one(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, [0.9, 0.5, 0.7], [0.5, 0.9, 0.68], [0.8, 0.8, 0.8])
    assert "no difference beyond the seeds' own" in verdict
    assert "Learning gained nothing over prior alone" in verdict


def test_one_seed_settles_nothing(tmp_path: Path) -> None:
    assert "nothing is settled" in verdict_of(tmp_path, [1.0], [0.0], [0.3])


def test_a_prior_that_hinders_is_called_that(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, [0.3, 0.31, 0.32], [0.97, 0.98, 0.96], [0.1, 0.1, 0.1])
    assert "The prior hinders RL (-66%" in verdict


@pytest.mark.e2e
def test_all_three_are_trained_and_evaluated_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[Any] = []

    def evaluate_briefly(*args: Any, **options: Any) -> dict[str, Any]:
        evaluated.append(args[0])
        return evaluate(*args, episode_s=2.0, **options)

    monkeypatch.setattr(drive2walk.locomotion.studies.compare, "evaluate", evaluate_briefly)
    comparison = Comparison(TINY, (0.005, 0.01), seeds=1, repeats=1)
    table = comparison.run(tmp_path)
    assert [key[::2] for key in table.rows] == [
        (PRIOR, "0.0"),
        (BOTH, "0.005"),
        (BOTH, "0.01"),
        (RL, "0.005"),
        (RL, "0.01"),
    ]
    samples = [int(row["samples"]) for row in table.rows.values()]
    assert 0 == samples[0] < samples[1] < samples[2]
    assert [controller.policy.follows_gait for controller in evaluated] == [
        True,
        True,
        True,
        False,
        False,
    ]
    lines = (tmp_path / "runs.csv").read_text().splitlines()
    # As after a kill, the last row is missing: only its training goes on.
    (tmp_path / "runs.csv").write_text("\n".join(lines[:-1]) + "\n")
    evaluated.clear()
    again = comparison.run(tmp_path)
    assert len(evaluated) == 1
    assert int(again.rows[(RL, "0", "0.01")]["samples"]) >= samples[3]
    with pytest.raises(ConfigError, match="another comparison"):
        Comparison(TINY, (0.005,), seeds=1, repeats=1).run(tmp_path)


def test_minutes_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ConfigError, match="rise"):
        Comparison(TINY, (4.0, 2.0), 3)
    with pytest.raises(ConfigError, match="seeds"):
        Comparison(TINY, (4.0,), 0)
