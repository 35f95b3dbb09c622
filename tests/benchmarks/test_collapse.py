"""A scene generator that collapsed: it is refused, and a network learns less from it."""

from pathlib import Path

import pytest

from drive2walk.cli import run
from drive2walk.envs.scenes.indoor.office import build_office
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor

STEPS = 600
FRAMES = "--frames 160 --frames-per-scene 4 --seed 31"


def render(out: Path, options: str) -> None:
    run([*f"envs render {options} --out".split(), str(out)])


def finetune(data: Path, out: Path, options: str = "") -> None:
    words = f"perception finetune --steps {STEPS} {options}".split()
    run([*words, "--data", str(data), "--out", str(out)])


def learned(data: Path, judged: Path, out: Path) -> float:
    """Return the walkable IoU in unseen offices of a network that learned from ``data``."""
    finetune(data, out, "--on-collapse train")
    predictor = Predictor.load(out / "walking.safetensors")
    return float(evaluate(predictor, open_dataset("folder", judged, "val"))["walkable_iou"])


def test_a_collapsed_generator_is_refused_and_teaches_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices, collapsed, judged = (tmp_path / name for name in ("offices", "collapsed", "judged"))
    render(offices, FRAMES)
    render(judged, "--frames 80 --seed 7 --val-fraction 0.9")
    # Whatever seed it is asked for, it builds one office; only the places of the camera differ.
    monkeypatch.setitem(SCENES, "office", lambda seed: build_office(31))
    render(collapsed, FRAMES)

    with pytest.raises(ConfigError, match="hardly differ") as refused:
        finetune(collapsed, tmp_path / "refused")
    print(refused.value)
    good = learned(offices, judged, tmp_path / "from_offices")
    bad = learned(collapsed, judged, tmp_path / "from_collapsed")
    print(f"walkable IoU from 40 offices {good:.3f}, from one office 40 times {bad:.3f}")
    assert good > bad + 0.02
