import dataclasses
import json
import math
from pathlib import Path

import cv2
import pytest
import torch

from drive2walk import cli, perception
from drive2walk.experiment.config import load_config, save_config
from drive2walk.experiment.errors import ConfigError, DataError, WeightsError
from drive2walk.experiment.statistics import Interval, mean_interval
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge, load_weights, save_weights
from drive2walk.perception.studies.distill import SOURCE, Distillation
from drive2walk.perception.studies.distill_config import (
    PLAIN,
    STUDENT,
    TEACHER,
    DistillationRun,
    DistillConfig,
    run_config,
)
from drive2walk.perception.studies.distill_report import recovered_fraction, summary, table
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.batches.training_data import TrainingData
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.distillation.network_inputs import stack_depth
from drive2walk.perception.training.train import Trainer
from drive2walk.perception.training.transfer import inherit_surfaces
from drive2walk.robot.surfaces import SURFACES, UNLABELLED


@pytest.fixture
def config(large_folder: Path, tiny_config: NetworkConfig) -> DistillConfig:
    source = SourceConfig("folder", 4, (1.0, 1.0), large_folder, fraction_range=(0.0, 0.25))
    learn = NetworkTrainingConfig(
        sources={"walking": source},
        walkable=("floor",),
        input_size=(64, 48),
        size=(48, 64),
        network=tiny_config,
        steps=2,
        warmup_steps=1,
        coarse_fraction=0.0,
        depth_weight=0.0,
        checkpoint_every=1,
    )
    return DistillConfig(learn, (tiny_config.trunk,), seeds=1)


def test_a_distillation_trains_three_networks_and_keeps_the_student(
    config: DistillConfig, tmp_path: Path
) -> None:
    distillation = Distillation(config, None, tmp_path, "distill")
    for run in distillation.runs():
        distillation.execute(run)
    assert {key[2] for key in distillation.table.rows} == {TEACHER, PLAIN, STUDENT}
    card = (tmp_path / "student_regnety_500k_0.md").read_text()
    assert "8 training images" in card
    assert "| command | `distill` |" in card
    assert str(tmp_path) not in card
    assert cv2.imread(str(tmp_path / "student_regnety_500k_0.png")) is not None
    network, knowledge = load_weights(tmp_path / "student_regnety_500k_0.safetensors")
    # The deployed network takes only a camera image.
    assert network(torch.rand(1, 3, 48, 64)).surfaces.shape[-2:] == (24, 32)
    assert knowledge.surfaces == ("floor", "wall")
    assert not knowledge.depth
    assert not list((tmp_path / "runs").iterdir())
    assert "regnety_500k" in table(summary(distillation))


def test_the_command_writes_a_report_and_a_card_with_the_command(
    config: DistillConfig, large_folder: Path, tmp_path: Path
) -> None:
    save_config(config, tmp_path / "mine.yaml")
    out = tmp_path / "out"
    words = ["perception", "distill", "--data", str(large_folder), "--out", str(out)]
    options = ["--config", str(tmp_path / "mine.yaml"), "--fraction", "0.5", "--steps", "1"]
    cli.run([*words, *options])
    assert "| teacher's lead |" in (out / "report.md").read_text()
    scores = json.loads((out / "metrics.json").read_text())["regnety_500k"]
    assert 0 <= scores["walkable_iou"][STUDENT]["mean"] <= 1
    command = "perception distill --data WALKING --out OUT --config mine.yaml --fraction 0.5"
    assert command in (out / "student_regnety_500k_0.md").read_text()


def test_a_killed_distillation_keeps_its_teacher(
    config: DistillConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Distillation(config, None, tmp_path, "distill")
    teacher, _, student = first.runs()
    first.execute(teacher)
    # The student is killed after its first step.
    halfway = first._prepare_trainer(student)
    halfway.config = dataclasses.replace(halfway.config, steps=1)
    scores = {SOURCE: {"miou": 0.1, "walkable_iou": 0.1, "boundary_iou": 0.1}}
    halfway.run(first._folder(student), lambda n, k: {"scores": scores}, lambda step, losses: None)
    steps: list[int] = []
    run = Trainer.run

    def count(self: Trainer, *arguments: object) -> None:
        steps.append(self.config.steps - self.step)
        run(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Trainer, "run", count)
    again = Distillation(config, None, tmp_path, "distill")
    assert (again._folder(teacher) / CHECKPOINT).is_file()
    taught = again._prepare_trainer(student)
    assert taught.objective.teacher is not None
    kept = again._prepare_trainer(teacher).average
    batch = taught.data.batch(0).to_device(taught.device)
    with torch.no_grad():
        said = kept(stack_depth(batch.rgb, batch.depth)).surfaces
    assert torch.allclose(taught.objective.teacher(batch), said, atol=1e-4)
    for each in again.runs():
        again.execute(each)
    assert steps == [2, 1]


def test_the_student_sees_unlabelled_images_without_labels(config: DistillConfig) -> None:
    plain, student = (
        run_config(config, DistillationRun("regnety_500k", 0, role)) for role in (PLAIN, STUDENT)
    )
    labelled = TrainingData(plain.sources, plain.size, 0, plain.augmentation, 0)
    mixed = TrainingData(student.sources, student.size, 0, student.augmentation, 0)
    assert [len(d) for d in labelled.datasets] == [2]
    assert [len(d) for d in mixed.datasets] == [2, 8]
    # The student has the plain network's labelled images and three times as many unlabelled ones.
    assert labelled.indices(0, 1) == mixed.indices(0, 1)
    batch = mixed.batch(1)
    assert len(batch.rgb) == 4 * len(labelled.batch(1).rgb)
    assert (batch.surfaces[:4] != UNLABELLED).any()
    assert (batch.surfaces[4:] == UNLABELLED).all()
    assert torch.equal(mixed.class_fractions, labelled.class_fractions)


def test_the_shipped_distillation_inherits_all_indoor_surfaces() -> None:
    configs = Path(perception.__file__).parent / "configs"
    learn = load_config(DistillConfig, "distill", configs).learn
    network = Network(learn.network)
    layer = network.surface_head.predict
    assert layer.bias is not None
    with torch.no_grad():
        layer.bias[SURFACES.index("floor")] = -30.0
        layer.bias[SURFACES.index("road")] = 3.0
    inherit_surfaces(network, learn.inherit)
    assert layer.bias[SURFACES.index("floor")] == 3.0
    indoors = {"floor", "wall", "ceiling", "door", "furniture", "clutter"}
    assert set(learn.inherit) == indoors


def test_the_recovered_fraction_needs_a_lead() -> None:
    lead = Interval(0.2, 0.1, 0.3)
    assert recovered_fraction(lead, Interval(0.15, 0.0, 0.3)) == pytest.approx(0.75)
    # For a cost, a lead is negative.
    assert recovered_fraction(Interval(-0.2, -0.3, -0.1), Interval(-0.1, 0, 0)) == pytest.approx(
        0.5
    )
    assert math.isnan(recovered_fraction(Interval(0.2, -0.1, 0.5), lead))
    assert math.isnan(recovered_fraction(Interval(0.0, math.nan, math.nan), lead))


def test_a_result_of_one_seed_is_marked() -> None:
    lead, gain = mean_interval([0.4]), mean_interval([0.3])
    assert recovered_fraction(lead, gain) == pytest.approx(0.75)
    roles = {role: mean_interval([0.5])._asdict() for role in (TEACHER, PLAIN, STUDENT)}
    found = roles | {"lead": lead._asdict(), "recovered": 0.75}
    assert "| +40.0 | 75% (one seed) |" in table({"regnety_2m": {"walkable_iou": found}})


def test_invalid_distillations_are_refused(
    config: DistillConfig, large_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        dataclasses.replace(config, seeds=0)
    two = config.learn.sources | {"other": config.learn.sources["walking"]}
    with pytest.raises(ConfigError, match="has one"):
        dataclasses.replace(config, learn=dataclasses.replace(config.learn, sources=two))
    Distillation(config, None, tmp_path / "out", "distill")
    with pytest.raises(ConfigError, match="other settings"):
        Distillation(dataclasses.replace(config, seeds=2), None, tmp_path / "out", "distill")
    (large_folder / "cameras.json").unlink()
    with pytest.raises(DataError, match="depth"):
        Distillation(config, None, tmp_path / "other", "distill")


def test_weights_of_another_size_leave_no_files(
    config: DistillConfig, tiny_network: Network, walking_knowledge: Knowledge, tmp_path: Path
) -> None:
    path = tmp_path / "small.safetensors"
    save_weights(path, tiny_network, walking_knowledge)
    larger = dataclasses.replace(config, sizes=("regnety_500k", "regnety_2m"))
    with pytest.raises(WeightsError, match="Give --sizes regnety_500k"):
        Distillation(larger, path, tmp_path / "out", "distill")
    assert not (tmp_path / "out").exists()
