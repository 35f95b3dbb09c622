import csv
import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from safetensors import safe_open
from safetensors.numpy import load_file

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError, TrainingError, WeightsError
from drive2walk.locomotion.policy.observations import OBSERVATIONS, columns_of, sizes_of
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.training.checkpoint_file import CHECKPOINT_FILE
from drive2walk.locomotion.training.config import CONFIGS, PpoConfig, WalkingTraining
from drive2walk.locomotion.training.distributed.join import MIN_ROBOTS
from drive2walk.locomotion.training.train import train
from drive2walk.locomotion.walking.from_policy import controller_from_policy

TINY = WalkingTraining(
    num_envs=16,
    num_threads=1,
    budget_min=1.0,
    max_samples=16 * 8 * 3,
    ppo=PpoConfig(steps=8, epochs=1),
    walking=WalkingConfig(episode_s=2.0),
)
# The run ends in its third rollout, whose samples are not learned from.
UPDATES = 2 * TINY.ppo.minibatches


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    train(TINY, 0, folder)
    return folder


def test_a_run_writes_a_policy_that_a_controller_can_load(run_folder: Path) -> None:
    policy = Policy.load(run_folder / "policy.safetensors")
    assert policy.metadata["joint_names"][0] == "left_hip_pitch_joint"
    assert controller_from_policy(policy).gait.parameters == TINY.gait


def test_a_run_reports_each_policy_that_it_saves(tmp_path: Path) -> None:
    reports: list[tuple[int, bool]] = []
    policy = tmp_path / "policy.safetensors"
    train(TINY, 0, tmp_path, on_saved=lambda samples: reports.append((samples, policy.is_file())))
    assert reports[-1] == (TINY.max_samples, True)


def test_a_run_saves_its_resolved_config(run_folder: Path) -> None:
    values = yaml.safe_load((run_folder / "config.yaml").read_text())
    assert values["num_envs"] == 16
    assert values["ppo"]["steps"] == 8
    assert load_config(WalkingTraining, run_folder / "config.yaml", CONFIGS) == TINY


def test_weights_that_are_nan_stop_the_run_and_keep_what_was_saved(tmp_path: Path) -> None:
    wild = dataclasses.replace(TINY, ppo=dataclasses.replace(TINY.ppo, learning_rate=1e30))
    with pytest.raises(TrainingError, match=r"has run away.*--resume, at a lower"):
        train(wild, 0, tmp_path)
    policy = Policy.load(tmp_path / "policy.safetensors")
    assert all(np.isfinite(weight).all() for weight in policy.weights)
    assert (tmp_path / CHECKPOINT_FILE).is_file()


def test_the_same_seed_gives_the_same_policy(run_folder: Path, tmp_path: Path) -> None:
    train(TINY, 0, tmp_path / "again")
    train(TINY, 1, tmp_path / "other")
    first, again, other = (
        Policy.load(folder / "policy.safetensors")
        for folder in (run_folder, tmp_path / "again", tmp_path / "other")
    )
    for a, b in zip(first.weights, again.weights, strict=True):
        assert (a == b).all()
    assert any((a != b).any() for a, b in zip(first.weights, other.weights, strict=True))


def test_two_processes_learn_one_policy_that_follows_the_seed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    robots, steps = 2 * MIN_ROBOTS, TINY.ppo.steps
    pair = dataclasses.replace(TINY, num_envs=robots, num_threads=2, max_samples=6 * steps * robots)
    for name in ("first", "again"):
        assert train(pair, 0, tmp_path / name)["samples"] == pair.max_samples
    first, again = (load_file(tmp_path / name / CHECKPOINT_FILE) for name in ("first", "again"))
    for name, tensor in first.items():
        assert (tensor == again[name]).all(), name
    # Every fifth rollout is logged, with the samples of all processes.
    figures = (tmp_path / "first" / "progress_from_0.csv").read_text().splitlines()
    (logged,) = csv.DictReader(figures)
    assert int(logged["time/total_timesteps"]) == 5 * steps * robots
    with pytest.raises(WeightsError, match="no checkpoint"):
        train(pair, 0, tmp_path / "none", resume=True)
    assert "Traceback" not in capfd.readouterr().err
    longer = dataclasses.replace(pair, max_samples=2 * pair.max_samples)
    assert train(longer, 0, tmp_path / "again", resume=True)["samples"] == longer.max_samples
    resumed = load_file(tmp_path / "again" / CHECKPOINT_FILE)
    assert _count_updates(resumed) == 2 * _count_updates(first)


def test_a_resumed_run_starts_with_the_weights_optimiser_and_rate_of_its_checkpoint(
    run_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / CHECKPOINT_FILE).write_bytes((run_folder / CHECKPOINT_FILE).read_bytes())
    # It ends before its first update.
    summary = train(dataclasses.replace(TINY, max_samples=1), 5, folder, resume=True)
    assert summary["samples"] == TINY.max_samples + TINY.num_envs
    before, after = (load_file(path / CHECKPOINT_FILE) for path in (run_folder, folder))
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        assert (tensor == after[name]).all(), name
    assert _count_updates(after) == UPDATES
    assert _numbers(folder)["learning_rate"] == _numbers(run_folder)["learning_rate"]
    assert _numbers(folder)["elapsed_s"] > _numbers(run_folder)["elapsed_s"]


def test_a_resumed_run_goes_on_learning(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / CHECKPOINT_FILE).write_bytes((run_folder / CHECKPOINT_FILE).read_bytes())
    longer = dataclasses.replace(TINY, max_samples=2 * TINY.max_samples)
    assert train(longer, 0, folder, resume=True)["samples"] == 2 * TINY.max_samples
    before, after = (load_file(path / CHECKPOINT_FILE) for path in (run_folder, folder))
    assert _count_updates(after) == 2 * UPDATES
    moved = np.abs(after["policy.action_net.weight"] - before["policy.action_net.weight"]).max()
    # Adam moves a weight by about the learning rate in each update.
    assert 1e-4 < moved < 2 * UPDATES * 1e-2


def _count_updates(checkpoint: dict[str, np.ndarray]) -> int:
    """Return the number of minibatches that the optimiser of a checkpoint has learned from."""
    steps = {int(tensor) for name, tensor in checkpoint.items() if name.endswith(".step")}
    assert len(steps) == 1
    return steps.pop()


def _numbers(folder: Path) -> dict[str, float]:
    with safe_open(folder / CHECKPOINT_FILE, "np") as file:
        return json.loads(file.metadata()["extra"])


def test_a_run_with_the_old_name_of_a_key_can_be_resumed(tmp_path: Path, run_folder: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("follows_gait:", "prior:"))
    assert "prior: true" in config.read_text()
    assert train(dataclasses.replace(TINY, max_samples=1), 0, folder, resume=True)["samples"] > 0


def test_a_run_is_not_overwritten_nor_resumed_as_another(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    kept = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(ConfigError, match=r"holds a run already.*--resume"):
        train(TINY, 0, folder)
    other = dataclasses.replace(TINY, walking=WalkingConfig(push_m_s=0.1), budget_min=99.0)
    with pytest.raises(ConfigError, match=r"other settings.*--config .*config\.yaml"):
        train(other, 0, folder, resume=True)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == kept


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"num_envs": 0}, "num_envs"),
        ({"card_repeats": 0}, "card_repeats"),
        ({"num_envs": 1, "ppo": PpoConfig(steps=8, minibatches=8)}, "minibatches"),
    ],
)
def test_numbers_that_would_fail_after_minutes_are_refused(change: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        dataclasses.replace(TINY, **change)
    with pytest.raises(ConfigError, match="at least 1"):
        PpoConfig(minibatches=0)


def test_resume_without_or_with_a_broken_checkpoint_is_refused(
    run_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError, match="no checkpoint"):
        train(TINY, 0, tmp_path / "none", resume=True)
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / CHECKPOINT_FILE).write_bytes((run_folder / CHECKPOINT_FILE).read_bytes()[:1000])
    with pytest.raises(WeightsError, match="no checkpoint of this run"):
        train(TINY, 0, folder, resume=True)
    other = dataclasses.replace(TINY, ppo=dataclasses.replace(TINY.ppo, hidden=32))
    (folder / CHECKPOINT_FILE).write_bytes((run_folder / CHECKPOINT_FILE).read_bytes())
    with pytest.raises(WeightsError, match="no checkpoint of this run"):
        train(other, 0, folder, resume=True)


def test_the_released_config_loads_and_a_wrong_key_is_named(tmp_path: Path) -> None:
    assert load_config(WalkingTraining, "g1_flat", CONFIGS).robot == "unitree_g1"
    path = tmp_path / "mine.yaml"
    path.write_text("gait: {step: 0.3}")
    with pytest.raises(ConfigError, match="step_s"):
        load_config(WalkingTraining, path, CONFIGS)


def test_a_run_can_start_from_a_policy_that_sees_less(
    run_folder: Path, tmp_path: Path, rng: np.random.Generator
) -> None:
    whole = Policy.load(run_folder / "policy.safetensors")
    names = list(OBSERVATIONS)[:-1]
    columns = columns_of(names, 12)
    start = dataclasses.replace(
        whole,
        weights=(whole.weights[0][:, columns], *whole.weights[1:]),
        metadata={**whole.metadata, "observation_names": names},
    )
    # It ends before the first update.
    train(dataclasses.replace(TINY, max_samples=1), 5, tmp_path, start=start)
    after = Policy.load(tmp_path / "policy.safetensors")
    observation = rng.normal(size=(4, sum(sizes_of(12).values()))).astype(np.float32)
    assert after(observation) == pytest.approx(start(observation[:, columns]), abs=1e-5)


def test_a_policy_of_another_shape_is_no_start(run_folder: Path, tmp_path: Path) -> None:
    whole = Policy.load(run_folder / "policy.safetensors")
    ppo = dataclasses.replace(TINY.ppo, hidden=16)
    with pytest.raises(WeightsError, match="layers"):
        train(dataclasses.replace(TINY, ppo=ppo), 0, tmp_path, start=whole)
