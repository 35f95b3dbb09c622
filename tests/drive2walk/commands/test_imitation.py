"""The commands of arm policies: bad input in one line, and an evaluation from file to film."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from drive2walk import cli
from drive2walk.checkpoints.released import load_controller, weights_path
from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import ConfigError, DataError, WeightsError
from drive2walk.perception.network.weights import load_weights
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.imitation.inputs.body_features import BodyFeatures
from drive2walk.teleop.imitation.inputs.image_features import compute_fingerprint
from drive2walk.teleop.imitation.network import ArmNetwork, ArmNetworkConfig
from drive2walk.teleop.imitation.policy import (
    ArmDescription,
    ArmPolicy,
    load_eye,
    read_description,
)
from drive2walk.teleop.imitation.scaling import Scaling
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput
from drive2walk.teleop.recording.frame import make_setup
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.session import Session
from tests.teleop.toy_world import SETUP, demonstrate

SHAPE = ArmNetworkConfig(width=32, layers=1, image_tokens=4, memory_tokens=2)


def imitation(*arguments: object) -> None:
    cli.run(["imitation", *map(str, arguments)])


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy for tote that never learned anything: it keeps the hands at home."""
    torch.manual_seed(0)
    eye = load_eye(weights_path("walking"))
    features = BodyFeatures(load_robot("unitree_g1"))
    scaling = Scaling(features.size)
    actions = np.zeros((2, 24))
    actions[:, [3, 7, 12, 16]] = 1.0
    actions[:, 23] = 0.74
    actions[:, [0, 1, 2, 9, 10, 11]] = [0.1, 0.2, 0.0, 0.1, -0.2, 0.0]
    scaling.fit(np.zeros((2, features.size)), actions)
    description = ArmDescription(
        SHAPE,
        features.size,
        "unitree_g1",
        ("tote",),
        "walking",
        compute_fingerprint(eye),
        reference="base",
    )
    root = tmp_path_factory.mktemp("run")
    network = ArmNetwork(SHAPE, eye.width, features.size)
    ArmPolicy(description, network, scaling, eye).save(root / "policy.safetensors")
    return root


def test_a_dataset_without_episodes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no episodes"):
        imitation("train", "--dataset", tmp_path, "--out", tmp_path / "run")


def test_episodes_without_goals_are_refused(tmp_path: Path) -> None:
    with Recorder(tmp_path / "old", SETUP) as recorder:
        demonstrate(recorder, 0, 10)
    with pytest.raises(DataError, match=r"episode 0 has no 'goal\.left."):
        imitation("train", "--dataset", tmp_path / "old", "--out", tmp_path / "run")


def test_settings_that_cannot_work_are_refused(tmp_path: Path) -> None:
    given = ("train", "--dataset", tmp_path, "--out", tmp_path / "run")
    with pytest.raises(ConfigError, match="give --tune all"):
        imitation(*given, "--trunk", "scratch")
    with pytest.raises(WeightsError, match="unknown weights 'walkin'"):
        imitation(*given, "--trunk", "walkin")


def test_unknown_policies_tasks_and_faults_are_refused(tmp_path: Path, policy: Path) -> None:
    given = ("evaluate", "--out", tmp_path / "judged", "--episodes", 1)
    with pytest.raises(WeightsError, match="unknown arm policy 'armz'"):
        imitation(*given, "--policy", "armz")
    with pytest.raises(WeightsError, match="never learned the task 'sort', only tote"):
        imitation(*given, "--policy", policy, "--task", "sort")
    with pytest.raises(WeightsError, match="is no arm policy"):
        imitation(*given, "--policy", weights_path("walking"))


class ReachingHand:
    """A device that moves the right hand forwards for a second, and then saves."""

    def __init__(self, world: TaskWorld) -> None:
        self._world, self._steps = world, 0

    def read(self) -> OperatorInput:
        self._steps += 1
        now_s = self._world.time_s
        if self._steps == 1:
            return OperatorInput(now_s)
        events = {2: ("record",), 52: ("save",)}.get(self._steps, ())
        place = np.array([0.1 * self._steps * CONTROL_DT_S, 0.0, 0.0])
        right = HandInput(True, place)
        return OperatorInput(now_s, np.array([0.0, 0.0, 0.0, 0.74]), HandInput(), right, events)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of one short episode, recorded through a session."""
    root = tmp_path_factory.mktemp("recorded") / "demos"
    world = build_task({"task": "tote", "seed": 7000})
    with Recorder(root, make_setup(world)) as recorder:
        controller = load_controller("unitree_g1")
        session = Session(
            world, controller, ReachingHand(world), recorder, clock=lambda: world.time_s
        )
        while not session.over:
            session.step()
    return root


@pytest.mark.e2e
@pytest.mark.render
def test_a_short_demonstration_trains_and_goes_on(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    out = tmp_path / "run"
    given = ("train", "--dataset", recorded, "--out", out, "--network.width", 32, "--batch-size", 8)
    imitation(*given, "--budget-min", 0.02)
    metrics = json.loads((out / "metrics.json").read_text())
    assert (metrics["demonstrations"], metrics["tasks"]) == (1, ["tote"])
    assert metrics["round_trip_m"] < 1e-3
    described = read_description(out / "policy.safetensors")
    assert (described.robot, described.trunk) == ("unitree_g1", "walking")
    with pytest.raises(ConfigError, match="Continue it with --resume"):
        imitation(*given, "--budget-min", 0.02)
    imitation(*given, "--budget-min", metrics["minutes"] + 0.02, "--resume")
    assert json.loads((out / "metrics.json").read_text())["steps"] > metrics["steps"]
    ArmPolicy.load(out / "policy.safetensors", weights_path("walking"))


@pytest.mark.e2e
@pytest.mark.render
def test_a_trunk_that_learns_is_part_of_the_policy(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    imitation(
        "train",
        "--dataset",
        recorded,
        "--out",
        tmp_path,
        "--network.width",
        32,
        "--budget-min",
        0.02,
        "--trunk",
        "driving",
        "--tune",
        "last",
        "--batch-size",
        2,
    )
    path = tmp_path / "policy.safetensors"
    assert read_description(path).trunk is None
    tuned = ArmPolicy.load(path, None).eye
    driving = load_weights(weights_path("driving"))[0]
    last, first = tuned.trunk.stages()[-1], tuned.trunk.stages()[0]
    pairs = zip(last.parameters(), driving.trunk.stages()[-1].parameters(), strict=True)
    assert any(not torch.equal(ours, theirs) for ours, theirs in pairs)
    pairs = zip(first.parameters(), driving.trunk.stages()[0].parameters(), strict=True)
    assert all(torch.equal(ours, theirs) for ours, theirs in pairs)


@pytest.mark.e2e
@pytest.mark.render
def test_an_evaluation_writes_metrics_and_a_film(tmp_path: Path, policy: Path) -> None:
    imitation(
        "evaluate",
        "--policy",
        policy,
        "--task",
        "tote",
        "--episodes",
        1,
        "--first-seed",
        5000,
        "--time-limit-s",
        1.0,
        "--fault",
        "push",
        "--films",
        1,
        "--out",
        tmp_path,
    )
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert (metrics["success"], metrics["falls"], metrics["fault"]) == (0.0, 0, "push")
    (row,) = metrics["rows"]
    assert (row["seed"], row["success"], row["fell"]) == (5000, False, False)
    assert row["time_s"] == pytest.approx(1.0, abs=0.03)
    assert metrics["uncertainty"]["failures_m"] > 0
    assert metrics["uncertainty"]["auroc"] is None
    assert (tmp_path / "failure_5000.mp4").stat().st_size > 1000


def test_a_policy_of_another_trunk_is_refused(policy: Path) -> None:
    with pytest.raises(WeightsError, match="learned on other weights of the trunk 'walking'"):
        ArmPolicy.load(policy / "policy.safetensors", weights_path("driving"))


def test_a_demo_of_a_task_that_was_never_learned_is_refused(tmp_path: Path, policy: Path) -> None:
    with pytest.raises(WeightsError, match="never learned the task 'leaves'"):
        imitation("demo", "--policy", policy, "--task", "leaves", "--out", tmp_path / "demo")
    assert not (tmp_path / "demo").exists()
