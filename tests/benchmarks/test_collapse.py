"""What a generator that collapsed does to the network that is trained on it, and who notices."""

from pathlib import Path

import pytest

from drive2walk.commands.envs import render
from drive2walk.commands.perception.learn import finetune
from drive2walk.envs.scenes.indoor.office import build_office
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor

STEPS = 600
FRAMES = {"frames": 160, "frames_per_scene": 4}


def learned(data: Path, judged: Path, out: Path) -> float:
    """Return the walkable IoU in offices never seen of a network that learned from ``data``."""
    finetune(data=data, out=out, steps=STEPS, on_collapse="train")
    predictor = Predictor.load(out / "walking.safetensors")
    return float(evaluate(predictor, open_dataset("folder", judged, "val"))["walkable_iou"])


def test_a_collapsed_generator_is_refused_and_teaches_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices, collapsed, judged = (tmp_path / name for name in ("offices", "collapsed", "judged"))
    render(out=offices, seed=31, **FRAMES)
    render(out=judged, frames=80, seed=7, val_fraction=0.9)
    # Whatever seed it is asked for, it builds one office; only the places of the camera differ.
    monkeypatch.setitem(SCENES, "office", lambda seed: build_office(31))
    render(out=collapsed, seed=31, **FRAMES)

    with pytest.raises(ConfigError, match="hardly differ") as refused:
        finetune(data=collapsed, out=tmp_path / "refused", steps=STEPS)
    print(refused.value)
    good = learned(offices, judged, tmp_path / "from_offices")
    bad = learned(collapsed, judged, tmp_path / "from_collapsed")
    print(f"walkable IoU from 40 offices {good:.3f}, from one office 40 times {bad:.3f}")
    assert good > bad + 0.02
