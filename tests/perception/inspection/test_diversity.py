import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.inspection.diversity import (
    Reference,
    feature_vendi,
    find_low_diversity,
    find_reference,
    require_diversity,
    trunk_features,
    write_reference,
)
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge
from drive2walk.perception.training.batches.source import SourceConfig


def draw_parameters(count: int, seed: int = 0) -> list[dict[str, object]]:
    rng = np.random.default_rng(seed)
    return [
        {
            "light": float(rng.uniform(0, 2)),
            "clutter": float(rng.choice([0.5, 1.5, 3.5])),
            "floors": rng.choice(["planks", "tiles", "carpet"], 4).tolist(),
        }
        for _ in range(count)
    ]


def write_rendered_set(root: Path, parameters: list[dict[str, object]]) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    content = {"scene": "office", "parameters": dict(enumerate(parameters))}
    (root / "scene.yaml").write_text(json.dumps(content))  # JSON is YAML
    return root


@pytest.fixture
def references(tmp_path: Path) -> Path:
    write_reference(
        write_rendered_set(tmp_path / "good", draw_parameters(300)), tmp_path / "references"
    )
    return tmp_path / "references"


def test_a_written_reference_loads_unchanged(references: Path, tmp_path: Path) -> None:
    again = write_reference(tmp_path / "good", tmp_path / "again")
    assert find_reference("office", references) == again
    assert isinstance(again, Reference)
    assert find_reference("moon", references) is None


@pytest.mark.parametrize("count", [2, 8, 16, 40, 300])
def test_other_scenes_of_the_same_generator_pass(
    references: Path, tmp_path: Path, count: int
) -> None:
    reference = find_reference("office", references)
    assert reference is not None
    for seed in range(1, 6):
        parameters = draw_parameters(count, seed)
        assert not find_low_diversity(parameters, reference.diversity)
        require_diversity(write_rendered_set(tmp_path / f"{seed}", parameters), references)


@pytest.mark.parametrize("count", [2, 8, 40, 300])
def test_a_repeated_scene_is_refused(references: Path, tmp_path: Path, count: int) -> None:
    collapsed = write_rendered_set(tmp_path / "collapsed", draw_parameters(1, 5) * count)
    with pytest.raises(ConfigError, match=r"Vendi score 0\.00.*'on_collapse: train'"):
        require_diversity(collapsed, references)


@pytest.mark.parametrize("parameter", ["light", "clutter", "floors"])
def test_an_error_names_a_constant_parameter(
    references: Path, tmp_path: Path, parameter: str
) -> None:
    parameters = draw_parameters(40, 7)
    frozen = [{**each, parameter: parameters[0][parameter]} for each in parameters]
    with pytest.raises(ConfigError, match=rf"entropy of {parameter} 0\.00"):
        require_diversity(write_rendered_set(tmp_path / "frozen", frozen), references)
    # A missing parameter is as bad.
    without = [{k: v for k, v in each.items() if k != parameter} for each in parameters]
    reference = find_reference("office", references)
    assert reference is not None
    assert any(parameter in line for line in find_low_diversity(without, reference.diversity))


def test_real_images_pass_and_an_invalid_index_is_named(references: Path, tmp_path: Path) -> None:
    require_diversity(tmp_path, references)
    (tmp_path / "scene.yaml").write_text("scene: office")
    with pytest.raises(DataError, match=r"scene\.yaml"):
        require_diversity(tmp_path, references)
    with pytest.raises(DataError, match="envs render"):
        write_reference(references, tmp_path / "out")


def test_training_refuses_a_collapsed_office_unless_configured(folder: Path) -> None:
    office = find_reference("office")
    assert office is not None
    names = office.diversity.entropies
    write_rendered_set(folder, [dict.fromkeys(names, 1.0)] * 30)
    source = SourceConfig("folder", 1, (1.0, 1.0), folder)
    with pytest.raises(ConfigError, match="hardly differ"):
        source.open("train")
    assert len(dataclasses.replace(source, on_collapse="train").open("train")) == 4
    with pytest.raises(ConfigError, match="Allowed: refuse, train"):
        dataclasses.replace(source, on_collapse="ignore")


def test_repeated_images_have_a_lower_vendi_score(
    folder: Path, tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    data = Folder(folder, "train")
    predictor = Predictor(tiny_network, walking_knowledge)
    features = trunk_features(predictor, data, [0, 1, 2, 3])
    assert features.shape[0] == 4
    repeated = trunk_features(predictor, data, [0, 0, 0, 0])
    assert feature_vendi(repeated) == pytest.approx(1)
    assert feature_vendi(features) > feature_vendi(repeated)
    assert feature_vendi(np.eye(5)) == pytest.approx(5)
