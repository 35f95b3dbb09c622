import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.datasets.registry import LABELS
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.batches.source import SourceConfig, open_validation_sets
from drive2walk.perception.training.batches.training_data import TrainingData
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.train import Trainer
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

COARSE_STEPS = 3


@pytest.fixture
def source(folder: Path) -> SourceConfig:
    return SourceConfig("folder", 2, (1.0, 1.0), folder)


def make_data(sources: dict[str, SourceConfig], seed: int = 0) -> TrainingData:
    return TrainingData(sources, (48, 64), COARSE_STEPS, AugmentConfig(), seed)


def test_a_batch_depends_on_seed_and_step_alone(source: SourceConfig) -> None:
    a, b = make_data({"a": source}), make_data({"a": source})
    a.batch(0)
    assert torch.equal(a.batch(7).rgb, b.batch(7).rgb)
    assert not torch.equal(a.batch(7).rgb, a.batch(8).rgb)
    assert not torch.equal(a.batch(7).rgb, make_data({"a": source}, seed=1).batch(7).rgb)


def test_every_image_occurs_once_in_a_pass(source: SourceConfig) -> None:
    data = make_data({"a": source})
    # Three coarse steps of four images are followed by steps of two; there are four images.
    drawn = [index for step in range(7) for index in data.indices(0, step)]
    assert len(drawn) == 3 * 4 + 4 * 2
    for first in range(0, len(drawn), 4):
        assert sorted(drawn[first : first + 4]) == [0, 1, 2, 3]


def test_coarse_batches_are_smaller_and_more(source: SourceConfig) -> None:
    data = make_data({"a": source})
    assert data.batch(COARSE_STEPS - 1).surfaces.shape == (4, 24, 32)
    assert data.batch(COARSE_STEPS).surfaces.shape == (2, 48, 64)
    # Half the size means half the focal length, so depth counts double.
    depth = data.batch(0).depth
    assert torch.allclose(depth[depth > 0], torch.tensor(10.0))


def test_a_batch_holds_images_of_each_source_with_its_classes(
    source: SourceConfig, folder: Path
) -> None:
    (folder / "classes.yaml").write_text("classes: [floor, wall]")
    other = dataclasses.replace(source, per_batch=1)
    batch = make_data({"a": source, "b": other}).batch(9)
    assert batch.rgb.shape == (3, 3, 48, 64)
    rgb = batch.to_device(torch.device("cpu")).rgb
    assert 0 <= rgb.min() < 0.5 < rgb.max() <= 1
    names = {SURFACES[i] for i in torch.nonzero(batch.labelled_classes[2]).ravel()}
    assert names == {"floor", "wall"}
    # 2.5 m at a focal length of 80 pixels is 5 m at the reference focal length of 160.
    assert torch.allclose(batch.depth[batch.depth > 0], torch.tensor(5.0))


class TwoWay(Folder):
    """A folder with two-way labels and without surfaces."""

    def __init__(self, root: Path, split: str) -> None:
        super().__init__(root, split)
        self.labelled = []
        self.two_way = (SURFACES.index("floor"), SURFACES.index("sidewalk"))

    def __getitem__(self, index: int) -> Sample:
        rgb = super().__getitem__(index).rgb
        floor = (super().surfaces(index) == SURFACES.index("floor")).astype(np.uint8)
        return Sample(rgb, np.full_like(floor, UNLABELLED), walkable=floor)

    def surfaces(self, index: int) -> np.ndarray:
        return np.full_like(super().surfaces(index), UNLABELLED)


def test_two_way_labels_train_walkable_ground_without_surfaces(
    tmp_path: Path,
    source: SourceConfig,
    tiny_config: NetworkConfig,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(LABELS["lidar"], "folder", TwoWay)
    lidar = dataclasses.replace(source, labels="lidar")
    batch = make_data({"a": lidar, "b": dataclasses.replace(source, per_batch=1)}).batch(9)
    assert batch.two_way.any(dim=1).tolist() == [True, True, False]
    assert {0, 1} <= set(batch.walkable[:2].unique().tolist()) <= {0, 1, UNLABELLED}
    assert (batch.walkable[2] == UNLABELLED).all()
    config = NetworkTrainingConfig(
        sources={"a": dataclasses.replace(lidar, per_batch=4)},
        walkable=("floor", "sidewalk"),
        input_size=(64, 48),
        size=(48, 64),
        network=tiny_config,
        steps=40,
        warmup_steps=5,
        checkpoint_every=10,
        learning_rate=1e-2,
        ema_decay=0.8,
        coarse_fraction=0.0,
    )
    trainer = Trainer(config, Network(tiny_config))
    assert trainer.knowledge.surfaces == ("sidewalk", "floor")
    assert trainer.knowledge.rest
    trainer.run(tmp_path, lambda network, knowledge: {}, lambda step, losses: None)
    assert trainer.curve[-1]["surface_loss"] == 0
    assert trainer.curve[-1]["walkable_loss"] < 0.5 * trainer.curve[0]["walkable_loss"]
    # The masks for the scores are not used in training.
    scores = evaluate(
        Predictor(trainer.average, trainer.knowledge), open_validation_sets({"a": lidar})["a"]
    )
    assert scores["walkable_iou"] > 0.8


def test_class_fractions_weigh_sources_by_their_images(source: SourceConfig) -> None:
    data = make_data({"a": source, "b": dataclasses.replace(source, per_batch=5)})
    assert float(data.class_fractions.sum()) == pytest.approx(1)
    assert data.surfaces == ("floor", "wall")
    assert data.has_depth


def test_sources_without_a_folder_are_left_out(source: SourceConfig) -> None:
    absent = dataclasses.replace(source, root=None)
    assert len(make_data({"a": source, "b": absent}).datasets) == 1
    assert set(open_validation_sets({"a": source, "b": absent})) == {"a"}
    with pytest.raises(ConfigError, match="no data"):
        make_data({"b": absent})
