from pathlib import Path

import pytest

from drive2walk.experiment.config import build, load_config, save_config
from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.training.config import NetworkTrainingConfig

# A config with the keys of earlier run folders.
EARLIER = {
    "sources": {
        "walking": {"dataset": "folder", "per_batch": 2, "scale": [0.5, 1.5], "share": [0, 0.5]}
    },
    "input_size": [64, 48],
    "sees": "camera+depth",
    "augmentation": {"degrade_share": 0.1, "grey_share": 0.2, "texture_share": 0.3},
    "balance": 0.5,
    "overlap_weight": 2.0,
    "emphasis": {"edge": 3.0, "thin": 4.0},
    "temperature": 1.5,
    "coarse_share": 0.25,
    "ema": 0.9,
    "hold_images": True,
}


def test_configs_of_earlier_run_folders_open(tmp_path: Path) -> None:
    config = build(NetworkTrainingConfig, EARLIER, "config.yaml")
    source = config.sources["walking"]
    assert (source.scale_range, source.fraction_range) == ((0.5, 1.5), (0.0, 0.5))
    assert config.inputs == "camera+depth"
    augmentation = config.augmentation
    assert augmentation.degrade_probability == 0.1
    assert augmentation.grey_probability == 0.2
    assert augmentation.texture_probability == 0.3
    assert (config.class_weight_power, config.iou_weight) == (0.5, 2.0)
    assert (config.pixel_weights.edge, config.pixel_weights.thin) == (3.0, 4.0)
    assert (config.teacher_temperature, config.coarse_fraction) == (1.5, 0.25)
    assert (config.ema_decay, config.images_on_device) == (0.9, True)
    save_config(config, tmp_path / "config.yaml")
    assert load_config(NetworkTrainingConfig, tmp_path / "config.yaml", tmp_path) == config


def test_an_unknown_key_gets_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'coarse_fraction'"):
        build(NetworkTrainingConfig, EARLIER | {"coarse_fractoin": 0.5}, "config.yaml")
