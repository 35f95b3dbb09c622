import dataclasses
import itertools
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.perception.training.config import NetworkTrainingConfig, learning_rate
from drive2walk.perception.training.train import Trainer


@pytest.fixture
def config(folder: Path, tiny_config: NetworkConfig) -> NetworkTrainingConfig:
    return NetworkTrainingConfig(
        sources={"set": SourceConfig("folder", 4, (1.0, 1.0), folder)},
        walkable=("floor",),
        input_size=(64, 48),
        size=(48, 64),
        network=tiny_config,
        augmentation=AugmentConfig(degrade_probability=0, noise=0),
        steps=40,
        warmup_steps=5,
        learning_rate=1e-2,
        precision="float32",
        ema_decay=0.8,
        checkpoint_every=10,
    )


def trainer_of(config: NetworkTrainingConfig) -> Trainer:
    torch.manual_seed(config.seed)
    return Trainer(config, Network(config.network))


def quietly(
    trainer: Trainer,
    out: Path,
    progress: Callable[[int, dict[str, Tensor]], None] = lambda step, losses: None,
) -> None:
    trainer.run(out, lambda network, knowledge: {}, progress)


def test_sizes_that_are_no_multiples_are_refused(config: NetworkTrainingConfig) -> None:
    with pytest.raises(ConfigError, match="multiples of 2"):
        dataclasses.replace(config, size=(49, 64), coarse_fraction=0.0)
    with pytest.raises(ConfigError, match="multiples of 4"):
        dataclasses.replace(config, size=(50, 64), coarse_fraction=0.5)


def test_the_losses_fall_and_the_average_predicts_well(
    config: NetworkTrainingConfig, tmp_path: Path
) -> None:
    trainer = trainer_of(config)
    quietly(trainer, tmp_path)
    first, last = trainer.curve[0], trainer.curve[-1]
    assert last["step"] == 40
    assert last["surface_loss"] < 0.5 * first["surface_loss"]
    assert last["depth_loss"] < 0.5 * first["depth_loss"]
    batch = trainer.data.batch(99).to_device(trainer.device)
    with torch.no_grad():
        predicted = trainer.average(batch.rgb).surfaces.argmax(dim=1)
    surfaces = batch.surfaces[:, ::2, ::2]
    known = surfaces != 255
    assert (predicted == surfaces)[known].float().mean() > 0.9


def test_invalid_settings_fail_before_training(config: NetworkTrainingConfig) -> None:
    for wrong in ({"precision": "int8"}, {"walkable": ("flor",)}, {"steps": 0}):
        with pytest.raises(ConfigError):
            dataclasses.replace(config, **wrong)  # type: ignore[arg-type]


def test_a_missing_gpu_is_reported(
    config: NetworkTrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=r"unknown device 'gpu'. Allowed: cpu, cuda"):
        dataclasses.replace(config, device="gpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match=r"no CUDA GPU on this machine. Give 'cpu'"):
        trainer_of(dataclasses.replace(config, device="cuda"))


def test_the_number_of_processes_does_not_change_the_batches(config: NetworkTrainingConfig) -> None:
    alone, together = (trainer_of(dataclasses.replace(config, workers=n)) for n in (1, 2))
    pairs = list(zip(alone._batches(), together._batches(), strict=True))
    assert len(pairs) == config.steps
    assert all(torch.equal(a.rgb, b.rgb) for a, b in pairs)


def test_knowledge_lists_the_surfaces_that_occur(config: NetworkTrainingConfig) -> None:
    knowledge = trainer_of(config).knowledge
    # Furniture is listed but never occurs.
    assert knowledge.surfaces == ("floor", "wall")
    assert knowledge.depth


class KilledError(Exception):
    pass


def test_class_weight_power_and_enlargement_are_used(
    config: NetworkTrainingConfig,
) -> None:
    plain, mild = (
        trainer_of(dataclasses.replace(config, class_weight_power=b)) for b in (1.0, 0.5)
    )
    assert torch.allclose(mild.objective.class_weights**2, plain.objective.class_weights)
    assert trainer_of(dataclasses.replace(config, enlarge=True)).knowledge.enlarge
    assert not plain.knowledge.enlarge


def test_the_iou_loss_is_learned_if_it_has_a_weight(
    config: NetworkTrainingConfig, tmp_path: Path
) -> None:
    heavy = dataclasses.replace(config, iou_weight=2.0)
    trainer = trainer_of(heavy)
    quietly(trainer, tmp_path)
    assert trainer.curve[-1]["overlap_loss"] < 0.5 * trainer.curve[0]["overlap_loss"]
    before = trainer_of(config)
    before._learn(before.data.batch(0).to_device(torch.device("cpu")))
    after = trainer_of(heavy)
    after._learn(after.data.batch(0).to_device(torch.device("cpu")))
    weights = [t.network.surface_head.predict.weight for t in (before, after)]
    assert not torch.equal(*weights)


def test_depth_without_a_weight_is_not_learned(
    config: NetworkTrainingConfig, tmp_path: Path
) -> None:
    trainer = trainer_of(dataclasses.replace(config, depth_weight=0.0, steps=2))
    before = [parameter.clone() for parameter in trainer.network.depth_head.parameters()]
    quietly(trainer, tmp_path)
    after = trainer.network.depth_head.parameters()
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert "depth_loss" not in trainer.curve[-1]
    assert not trainer.knowledge.depth


@pytest.mark.parametrize("depth_weight", [0.5, 0.0])
def test_a_killed_run_resumes_on_the_same_curve(
    config: NetworkTrainingConfig, tmp_path: Path, depth_weight: float
) -> None:
    config = dataclasses.replace(config, depth_weight=depth_weight)
    whole = trainer_of(config)
    quietly(whole, tmp_path / "whole")

    def kill(step: int, losses: dict[str, Tensor]) -> None:
        if step == 27:
            raise KilledError

    killed = trainer_of(config)
    with pytest.raises(KilledError):
        quietly(killed, tmp_path / "killed", kill)
    resumed = trainer_of(dataclasses.replace(config, seed=config.seed))
    resumed.resume(tmp_path / "killed")
    assert resumed.step == 20
    quietly(resumed, tmp_path / "killed")
    assert resumed.curve == whole.curve
    pairs = zip(resumed.average.parameters(), whole.average.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_resuming_without_a_checkpoint_is_refused(
    config: NetworkTrainingConfig, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError, match="without --resume"):
        trainer_of(config).resume(tmp_path)


def test_a_cut_off_checkpoint_is_named(config: NetworkTrainingConfig, tmp_path: Path) -> None:
    trainer = trainer_of(config)
    trainer.save(tmp_path)
    data = (tmp_path / CHECKPOINT).read_bytes()
    (tmp_path / CHECKPOINT).write_bytes(data[: len(data) // 2])
    with pytest.raises(WeightsError, match=CHECKPOINT):
        trainer.resume(tmp_path)


def test_the_learning_rate_rises_and_then_decays_to_zero(config: NetworkTrainingConfig) -> None:
    rates = [learning_rate(config, step) for step in range(config.steps + 1)]
    assert rates[0] == pytest.approx(config.learning_rate / 5)
    assert max(rates) == rates[4]
    assert all(a > b for a, b in itertools.pairwise(rates[4:]))
    assert rates[-1] == 0


def test_bfloat16_gives_nearly_the_same_loss(config: NetworkTrainingConfig) -> None:
    losses = {}
    for precision in ("float32", "bfloat16"):
        trainer = trainer_of(dataclasses.replace(config, precision=precision))
        losses[precision] = trainer._learn(trainer.data.batch(0).to_device(torch.device("cpu")))[
            "surface_loss"
        ]
    assert math.isclose(losses["float32"], losses["bfloat16"], rel_tol=0.02)
