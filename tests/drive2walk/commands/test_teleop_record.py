"""``drive2walk teleop record --device policy``: which settings belong together, and an episode."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from drive2walk import cli
from drive2walk.commands.imitation import named_policy
from drive2walk.commands.teleop import record as command
from drive2walk.commands.teleop.arm_policy import PolicyMaker, find_policy
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.robot.spec import RobotSpec
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.devices.robot_observation import Observe
from drive2walk.teleop.devices.scripted import SETTLE_STEPS
from drive2walk.teleop.imitation import policy_files as policy_module
from drive2walk.teleop.imitation.policy_files import PolicyFiles
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput
from drive2walk.teleop.recording.record_config import RecordConfig


class StandingPolicy:
    """Looks, and holds both hands at one place."""

    def __init__(self, observe: Observe, spec: RobotSpec) -> None:
        self._observe = observe

    def read(self) -> OperatorInput:
        time_s = self._observe().time_s
        return OperatorInput(time_s, left=HandInput(True), right=HandInput(True))

    def close(self) -> None:
        pass


def record(root: Path, *options: str) -> None:
    fixed = ["--task", "tote", "--no-videos", "--first-seed", "1000", "--dataset", str(root)]
    cli.run(["teleop", "record", *fixed, *options])


@pytest.mark.parametrize(
    "options",
    [
        ["--device", "policy"],
        ["--device", "scripted", "--policy", "arms"],
        ["--device", "keyboard", "--supervisor", "webxr"],
    ],
)
def test_a_policy_belongs_to_its_device(options: list[str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--device policy needs --policy"):
        record(tmp_path, *options)


def test_an_unknown_policy_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no_person"):
        record(tmp_path / "set", "--device", "policy", "--policy", "no_person")
    assert not (tmp_path / "set").exists()


def test_a_policy_of_another_task_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = PolicyFiles(tmp_path / "arms.safetensors", None)
    description = SimpleNamespace(tasks=("sort",), robot="unitree_g1")
    monkeypatch.setattr(named_policy, "find_arm_policy", lambda _: files)
    monkeypatch.setattr(policy_module, "read_description", lambda _: description)
    assert find_policy("arms", RecordConfig("sort", tmp_path)) == PolicyMaker(files)
    with pytest.raises(WeightsError, match="is for sort with the robot unitree_g1, not for tote"):
        find_policy("arms", RecordConfig("tote", tmp_path))


def test_a_policy_records_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "find_policy", lambda *_: StandingPolicy)
    monkeypatch.setattr(TaskWorld, "success", lambda _: True)
    record(tmp_path, "--device", "policy", "--policy", "arms")
    episode = DatasetReader(tmp_path).episode(0)
    assert episode.length == SETTLE_STEPS
    assert not episode.columns["intervention"].any()
    assert episode.columns["success"].all()
