"""Training leaves a usable policy at any stop, and goes on after a kill."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from drive2walk.experiment.errors import TrainingError, WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.teleop.imitation.actions import REFERENCES
from drive2walk.teleop.imitation.demonstrations.samples import Samples
from drive2walk.teleop.imitation.demonstrations.track import Track
from drive2walk.teleop.imitation.inputs.image_features import Eye
from drive2walk.teleop.imitation.inputs.memory import Memory
from drive2walk.teleop.imitation.network import ArmNetwork, ArmNetworkConfig
from drive2walk.teleop.imitation.policy import ArmDescription, ArmPolicy
from drive2walk.teleop.imitation.scaling import Scaling
from drive2walk.teleop.imitation.training.config import ArmTraining, compute_learning_rate
from drive2walk.teleop.imitation.training.self_check import check_overfitting, check_round_trip
from drive2walk.teleop.imitation.training.trainer import POLICY, Learner, Trainer
from tests.teleop.imitation.conftest import BODY, CHUNK, EYE, make_demonstration

SHAPE = ArmNetworkConfig(width=32, layers=1, image_tokens=4, memory_tokens=2, chunk_size=CHUNK)
CONFIG = ArmTraining(budget_min=0.05, network=SHAPE, batch_size=16, learning_rate=3e-3)
# A trunk of its own, so that the file needs no released weights.
DESCRIPTION = ArmDescription(SHAPE, BODY, "unitree_g1", ("tote",), None, "")


def make_trainer(tracks: list[Track], config: ArmTraining = CONFIG) -> Trainer:
    torch.manual_seed(0)
    eye = Eye(Network(NetworkConfig())).eval().requires_grad_(False)
    learner = Learner(ArmNetwork(SHAPE, eye.width, BODY), Scaling(BODY), eye)
    actions = np.concatenate([t.actions.reshape(-1, t.actions.shape[-1]) for t in tracks])
    learner.scaling.fit(np.concatenate([t.body for t in tracks]), actions)
    samples = Samples(tracks[:2], EYE, 2, config.input_noise)
    return Trainer(config, learner, samples, Samples(tracks[2:], EYE, 1, config.input_noise))


def ignore(trainer: Trainer, values: dict[str, float]) -> None:
    pass


def test_a_run_learns_and_its_policy_can_be_loaded(tracks: list[Track], tmp_path: Path) -> None:
    trainer = make_trainer(tracks)
    before = trainer.validate()["validation"]
    trainer.run(tmp_path, DESCRIPTION, ignore)
    assert trainer.curve[-1]["validation"] < 0.8 * before
    policy = ArmPolicy.load(tmp_path / POLICY, None)
    image = np.zeros((120, 160, 3), dtype=np.uint8)
    measured = np.tile([0.0, 0, 0, 1, 0, 0, 0], (2, 1))
    seen = (policy.look(image), None)
    chunk = policy.decide(seen, np.zeros((2, BODY)), measured, "lift it", Memory())
    assert chunk.commands.hands.shape == (CHUNK, 2, 7)
    assert chunk.uncertainty > 0
    assert (chunk.stages > 0).all()
    untold = dataclasses.replace(policy.description, stages=False)
    policy = ArmPolicy(untold, policy.network, policy.scaling, policy.eye)
    chunk = policy.decide(seen, np.zeros((2, BODY)), measured, "lift it", Memory())
    assert (chunk.stages == 0).all()
    np.testing.assert_allclose(chunk.commands.base[:, 3], 0.7, atol=0.05)


def test_an_interrupted_run_goes_on(tracks: list[Track], tmp_path: Path) -> None:
    trainer = make_trainer(tracks)

    def interrupt(now: Trainer, values: dict[str, float]) -> None:
        if now.step == 3 and "validation" not in values:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer.run(tmp_path, DESCRIPTION, interrupt)
    ArmPolicy.load(tmp_path / POLICY, None)
    again = make_trainer(tracks)
    again.resume(tmp_path)
    assert (again.step, again.elapsed_s) == (3, trainer.elapsed_s)
    for ours, theirs in zip(
        again.learner.modules.parameters(), trainer.learner.modules.parameters(), strict=True
    ):
        torch.testing.assert_close(ours, theirs)
    again.run(tmp_path, DESCRIPTION, ignore)
    assert again.step > 3
    assert again.elapsed_s >= 60 * CONFIG.budget_min


def test_another_file_is_no_policy(tmp_path: Path, tracks: list[Track]) -> None:
    with pytest.raises(WeightsError, match="can't read"):
        ArmPolicy.load(tmp_path / POLICY, None)
    trainer = make_trainer(tracks)
    trainer.run(tmp_path, DESCRIPTION, ignore)
    with pytest.raises(WeightsError, match="is no arm policy"):
        ArmPolicy.load(tmp_path / "checkpoint.safetensors", None)


def test_goals_survive_and_a_batch_is_learned(tracks: list[Track]) -> None:
    assert max(check_round_trip(make_demonstration(0), r) for r in REFERENCES) < 1e-6
    trainer = make_trainer(tracks)
    batch = trainer.samples.draw(16, np.random.default_rng(0))
    learner = trainer.learner
    fraction = check_overfitting(learner.network, learner.scaling, learner.eye, batch)
    assert fraction < 0.5
    with torch.no_grad():
        for parameter in learner.network.parameters():
            parameter.zero_()
    with pytest.raises(TrainingError, match="learns one batch to"):
        check_overfitting(learner.network, learner.scaling, learner.eye, batch)


def test_the_learning_rate_rises_and_falls() -> None:
    rates = [compute_learning_rate(CONFIG, k / 100) for k in range(101)]
    assert max(rates) == pytest.approx(CONFIG.learning_rate)
    assert rates.index(max(rates)) == 3
    assert rates[0] < rates[1] < rates[2]
    assert rates[-1] == pytest.approx(0.01 * CONFIG.learning_rate)
