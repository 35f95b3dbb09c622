"""Readers, on files that the code of their commands has written."""

import json
from pathlib import Path
from typing import Any

import pytest

from drive2walk.checkpoints.released import load_controller
from drive2walk.cli import run
from drive2walk.demo.report import Crossing, write_report
from drive2walk.experiment.ledger import Figure
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.locomotion.evaluation.evaluate import evaluate
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.results import readers
from drive2walk.results.documents import TABLES
from drive2walk.results.measures import MEASURES
from drive2walk.robot.spec import load_robot
from drive2walk.teleop.evaluation.scripted_trial import Trial as ScriptedTrial
from drive2walk.teleop.evaluation.scripted_trial import TrialConfig, summarize_trials


def keys_shown(*measures: str) -> set[str]:
    """Return the figures that tables show of some measures."""
    for measure in measures:
        assert measure in MEASURES
    rows = (row for table in TABLES.values() for row in table.rows)
    return {row.key for row in rows if row.measure in measures}


def test_crossings(tmp_path: Path) -> None:
    good = Crossing(1, True, False, 0, 5.0, 14.0, 0.2, 0.05, 1.1)
    fell = Crossing(2, False, True, 3, 2.0, 9.0, 0.1, 0.1, None)
    write_report([good, fell], {}, tmp_path)
    found = readers.read_crossings(tmp_path)
    assert found["success"].value == 0.5
    assert found["success"].n == 2
    drifts = [row.odometry_error_m / row.path_length_m for row in (good, fell)]
    assert found["drift"].value == pytest.approx(sum(drifts) / 2)
    assert (found["falls"].value, found["collisions"].value) == (1, 3)
    assert found["path_ratio"].value == 1.1
    assert keys_shown("offices") <= set(found)


def test_trials(tmp_path: Path) -> None:
    rows = [ScriptedTrial(seed, seed != 2, seed == 2, 30.0 + seed) for seed in range(3)]
    write_metrics(tmp_path / METRICS, summarize_trials(TrialConfig(), rows))
    found = readers.read_trials(tmp_path)
    assert found["success"].value == pytest.approx(2 / 3)
    low, high = found["success"].interval or (1, 0)
    assert 0 < low < 2 / 3 < high < 1
    assert found["falls"] == Figure(1, n=3)
    assert (found["time_s"].value, found["time_s"].n) == (31.0, 3)
    low, high = found["time_s"].interval or (0, 0)
    assert low + high == pytest.approx(62)
    assert 28 < low < 31
    assert keys_shown("sort", "tote", "leaves") <= set(found)


def test_floor_fractions(tmp_path: Path) -> None:
    fractions = {"floor": 0.95, "furniture": 0.2, "clutter": 0.1, "person": 0.3}
    write_metrics(tmp_path / "walks" / METRICS, {"images": 4, "walkable_fraction": fractions})
    found = readers.read_floor_fractions(tmp_path)
    assert found["person"] == Figure(0.3, n=4)
    assert keys_shown("working_view") <= set(found)


def test_walks(tmp_path: Path) -> None:
    controller = load_controller(load_robot("unitree_g1").menagerie)
    trial = Trial(push_m_s=0.5, repeats=1, seed=5)
    write_metrics(tmp_path / METRICS, evaluate(controller, trial, episode_s=2.0, num_threads=1))
    found = readers.read_walks(tmp_path)
    assert found["survival"].n == 36
    legs = [name for name in MEASURES if name.startswith(("legs_", "t1_", "h1_"))]
    assert keys_shown(*legs) <= set(found)


def test_both_networks(tmp_path: Path, folder: Path) -> None:
    for name, options in (("drove", ["compare", "--data"]), ("walks", ["evaluate", "--root"])):
        words = ["perception", *options, str(folder), "--out", str(tmp_path / name)]
        run([*words, *(["--dataset", "folder"] if name == "walks" else [])])
    found = readers.read_both_networks(tmp_path)
    compared = json.loads((tmp_path / "drove" / METRICS).read_text())
    assert found["walkable_iou"].value == pytest.approx(compared["walking"]["walkable_iou"])
    assert found["drove_walkable_iou"].value == compared["driving"]["walkable_iou"]
    assert found["drove_walkable_iou"].n == found["walkable_iou"].n
    # This network calls nothing walkable, so that it has no rate of false claims.
    assert keys_shown("rooms") - set(found) == {"false_walkable_rate"}


def test_speed(tmp_path: Path) -> None:
    # The form of drive2walk/commands/bench.py.
    speeds = {"raw_steps_per_s": 100.0, "env_steps_per_s": 90.0, "ppo_samples_per_s": 50.0}
    write_metrics(tmp_path / METRICS, speeds | {"ratio": 0.9, "ppo_ratio": 0.5})
    found = readers.read_speed(tmp_path)
    assert found["ppo_ratio"] == Figure(0.5)
    assert keys_shown("speed") == set(found)


def test_export(tmp_path: Path) -> None:
    # The form of perception/exchange/export_run.py.
    write_metrics(
        tmp_path / METRICS,
        {
            "float32": {"images_per_s": 100.0, "bytes": 8},
            "int8": {"same_class_as_float32": 0.98, "images_per_s": 150.0, "bytes": 2},
        },
    )
    found = readers.read_export(tmp_path)
    assert found["int8_ratio"] == Figure(1.5)
    assert keys_shown("export") <= set(found)


def test_prior(tmp_path: Path) -> None:
    # The form of locomotion/studies/compare_report.py, where one seed has no interval.
    methods = {
        "prior alone": {"0.0": {"survival": {"mean": 0.0, "low": None, "high": None}}},
        "RL alone": {"2.0": {"survival": {"mean": 0.1, "low": 0.0, "high": 0.2}}},
        "prior + RL": {
            "1.0": {"survival": {"mean": 0.5, "low": 0.4, "high": 0.6}},
            "2.0": {"survival": {"mean": 0.9, "low": 0.8, "high": 1.0}},
        },
    }
    write_metrics(tmp_path / METRICS, {"methods": methods})
    found = readers.read_prior(tmp_path)
    assert found["prior_rl"] == Figure(0.9, (0.8, 1.0))
    assert found["prior_alone"] == Figure(0.0)
    assert keys_shown("prior") == set(found)


def test_envpool(tmp_path: Path) -> None:
    # The form of tests/benchmarks/test_envpool.py.
    marks = ["2 min", "100,000 samples"]
    judged = [{"mark": mark, "survival": 0.25, "walked_fraction": 0.5} for mark in marks]

    def side(name: str) -> dict[str, Any]:
        speeds = {"control_steps_per_s": 100.0, "physics_steps_per_s": 1000.0}
        return {"side": name, "worlds": 64, **speeds, "judged": judged}

    bodies = [f"{body} body" for body in ("full", "training")]
    names = [f"{body}, {way}" for body in bodies for way in ("RL alone", "gait + RL")]
    sides = [side(name) for name in ("EnvPool, RL alone", *names)]
    out = tmp_path / "pytest" / "test_exact0"
    out.mkdir(parents=True)
    (out / "envpool.json").write_text(json.dumps({"noise": False, "sides": sides}))
    found = readers.read_envpool(tmp_path)
    assert found["full_body_gait_rl_100000_samples"] == Figure(0.25)
    assert found["envpool_rl_alone_physics_steps_per_s"] == Figure(1000.0)
    assert keys_shown("envpool_exact", "envpool_noisy") <= set(found)
