from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.bdd100k import Bdd100k
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.robot.surfaces import SURFACES, UNLABELLED


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for split, names in {"train": ["a", "b"], "val": ["c"]}.items():
        images = tmp_path / "images" / "100k" / split
        masks = tmp_path / "labels" / "drivable" / "masks" / split
        images.mkdir(parents=True)
        masks.mkdir(parents=True)
        mask = np.full((9, 16), 2, np.uint8)
        mask[4:, :8], mask[4:, 8:12] = 0, 1
        mask[0] = 255
        for name in names:
            cv2.imwrite(str(images / f"{name}.jpg"), np.full((9, 16, 3), 80, np.uint8))
            cv2.imwrite(str(masks / f"{name}.png"), mask)
    return tmp_path


def test_both_drivable_classes_are_road_and_the_background_has_no_surface(root: Path) -> None:
    data = open_dataset("bdd100k", root, "train")
    sample = data[1]
    assert data.names == ["a", "b"]
    assert [SURFACES[i] for i in data.two_way] == ["road"]
    assert sample.walkable is not None
    assert (sample.walkable[4:, :12] == 1).all()
    assert (sample.walkable[4:, 12:] == 0).all()
    assert (sample.walkable[0] == UNLABELLED).all()
    # The background may be pavement, sky or an oncoming lane, so it names no surface.
    assert data.labelled == []
    assert (sample.surfaces == UNLABELLED).all()
    assert data.surfaces(1).shape == (9, 16)


def test_splits_are_the_existing_folders(root: Path) -> None:
    assert Bdd100k.splits(root) == ["train", "val"]
    with pytest.raises(DataError, match="Allowed: train, val"):
        Bdd100k(root, "test")


def test_colour_maps_and_missing_masks_are_named(root: Path) -> None:
    mask = root / "labels" / "drivable" / "masks" / "train" / "a.png"
    cv2.imwrite(str(mask), np.full((9, 16), 7, np.uint8))
    with pytest.raises(DataError, match=r"a\.png.*class 7"):
        Bdd100k(root, "train")[0]
    mask.unlink()
    with pytest.raises(DataError, match=r"a\.png"):
        open_dataset("bdd100k", root, "train")
