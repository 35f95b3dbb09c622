"""A script takes over in time, and a round that is worse is rolled back and kept on record."""

import json
from pathlib import Path
from typing import Any

import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.imitation.improvement.config import ImprovementConfig
from drive2walk.teleop.imitation.improvement.corrections import Correction
from drive2walk.teleop.imitation.improvement.improve import (
    ImprovementFolder,
    Improver,
    improve,
    is_kept,
)
from drive2walk.teleop.imitation.improvement.supervisor import Supervisor
from drive2walk.teleop.imitation.training.config import ArmTraining

START = {"reached": False, "grasped": False}
REACHED = {"reached": True, "grasped": False}


def test_a_policy_without_progress_is_stuck() -> None:
    supervisor = Supervisor(uncertainty_m=1.0, patience_s=10.0)
    assert not supervisor.should_take_over(9.0, START, [0.01] * 20)
    assert not supervisor.should_take_over(10.0, REACHED, [0.01] * 20)
    assert not supervisor.should_take_over(19.9, REACHED, [0.01] * 20)
    assert supervisor.reason is None
    assert supervisor.should_take_over(20.1, REACHED, [0.01] * 20)
    assert supervisor.reason == "stuck"


def test_one_unsure_decision_is_none_but_two_seconds_are() -> None:
    supervisor = Supervisor(uncertainty_m=0.03, patience_s=10.0)
    assert not supervisor.should_take_over(3.0, START, [0.01] * 8 + [0.1])
    assert supervisor.should_take_over(4.0, START, [0.01] * 8 + [0.04] * 5)
    assert supervisor.reason == "unsure"


def test_worlds_are_not_judged_and_corrected_at_once() -> None:
    with pytest.raises(ConfigError, match="ranges without overlap"):
        ImprovementConfig(first_seed=4990, rounds=1, episodes=20)
    ImprovementConfig(first_seed=4980, rounds=1, episodes=20)
    with pytest.raises(ConfigError, match="unknown task 'totes'"):
        ImprovementConfig(task="totes")


class FakeImprover(Improver):
    """Rounds whose policies succeed as often as their content says."""

    def judge(self, policy: Path) -> float:
        return float(policy.read_text())

    def correct(self, index: int) -> list[Correction]:
        return [Correction(index, "stuck", 20.0, index != 1, False)]

    def learn(self, index: int, datasets: Any) -> Path:
        DATASETS.append([path.parent.name for path in datasets])
        STARTS.append(self.folder.policy.read_text())
        path = self.folder.root / f"candidate_{index}"
        path.write_text(("0.6", "0.4", "0.7")[index])
        return path


DATASETS: list[list[str]] = []
STARTS: list[str] = []


def make_improver(out: Path, trunk: Path | None) -> FakeImprover:
    lines: Any = []
    controller: Any = None
    folder = ImprovementFolder(out)
    return FakeImprover(ImprovementConfig(), ArmTraining(), trunk, controller, folder, lines.append)


def test_a_worse_round_is_rolled_back_and_stays_on_record(tmp_path: Path) -> None:
    start, out = tmp_path / "start", tmp_path / "out"
    start.write_text("0.5")
    DATASETS.clear()
    STARTS.clear()
    metrics = improve(make_improver(out, tmp_path), start, [tmp_path / "demos" / "data"])
    assert (out / "policy.safetensors").read_text() == "0.7"
    assert [row["kept"] for row in metrics["rounds"]] == [True, False, True]
    assert (metrics["success_before"], metrics["success"]) == (0.5, 0.7)
    # Each round starts from the best policy so far, and learns from all corrections.
    assert STARTS == ["0.5", "0.6", "0.6"]
    assert DATASETS == [["demos", "round_0"], ["demos", "round_0"], ["demos", "round_0", "round_2"]]
    written = json.loads((out / "metrics.json").read_text())
    assert written == metrics
    with pytest.raises(ConfigError, match="holds an improvement already"):
        improve(make_improver(out, tmp_path), start, [])


def test_a_policy_with_its_own_trunk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--tune none"):
        improve(make_improver(tmp_path / "out", None), tmp_path / "start", [])


def test_an_equal_round_is_kept() -> None:
    assert is_kept(0.5, 0.5)
    assert not is_kept(0.45, 0.5)
