"""How well labels that nobody drew agree with the renderer's own."""

import json
from pathlib import Path

from drive2walk.commands.envs import render
from drive2walk.commands.perception.data import inspect


def test_lidar_labels_agree_with_the_masks_in_offices(tmp_path: Path) -> None:
    render(out=tmp_path / "offices", frames=60, frames_per_scene=4, seed=8, lidar=True)
    inspect(tmp_path / "offices", out=tmp_path / "out", labels="lidar")
    splits = json.loads((tmp_path / "out" / "metrics.json").read_text())["splits"]
    for told in splits.values():
        assert told["agreement_with_masks"]["walkable_iou"] > 0.95
        assert told["agreement_with_masks"]["coverage"] > 0.85
