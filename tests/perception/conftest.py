"""Small networks and datasets to test with."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import yaml

from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge

CLASSES = ["floor", "wall", "furniture"]
FOCAL_PX = 80.0


@pytest.fixture
def tiny_config() -> NetworkConfig:
    return NetworkConfig(trunk="regnety_500k", neck_width=8, head_width=8)


@pytest.fixture
def tiny_network(tiny_config: NetworkConfig) -> Network:
    torch.manual_seed(0)
    return Network(tiny_config).eval()


@pytest.fixture
def walking_knowledge() -> Knowledge:
    return Knowledge(("floor", "wall", "furniture"), True, ("floor",), (64, 48))


def write_folder(root: Path, count: int = 6, size: tuple[int, int] = (48, 64)) -> Path:
    """A labelled set that can be learned: floor is green below a line, wall grey above it."""
    height, width = size
    for name in ("images", "masks", "depth"):
        (root / name).mkdir(parents=True)
    rng = np.random.default_rng(0)
    cameras = {}
    for index in range(count):
        horizon = int(rng.integers(height // 3, 2 * height // 3))
        rgb = np.full((height, width, 3), (110, 110, 120), np.uint8)
        rgb[horizon:] = (40, 160, 60)
        mask = np.ones((height, width), np.uint8)
        mask[horizon:] = 0
        mask[:2] = 255
        cv2.imwrite(str(root / "images" / f"{index:03}.png"), rgb[..., ::-1])
        cv2.imwrite(str(root / "masks" / f"{index:03}.png"), mask)
        depth = np.full((height, width), 2500, np.uint16)
        cv2.imwrite(str(root / "depth" / f"{index:03}.png"), depth)
        cameras[f"{index:03}"] = {"fx": FOCAL_PX}
    (root / "cameras.json").write_text(json.dumps(cameras))
    (root / "classes.yaml").write_text(yaml.safe_dump({"classes": CLASSES}))
    names = [f"{i:03}" for i in range(count)]
    (root / "split.yaml").write_text(yaml.safe_dump({"train": names[2:], "val": names[:2]}))
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "set")


@pytest.fixture
def large_folder(tmp_path: Path) -> Path:
    """Like ``folder``, of ten images."""
    return write_folder(tmp_path / "large_set", count=10)
