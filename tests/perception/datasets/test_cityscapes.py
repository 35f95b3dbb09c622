from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.cityscapes import Cityscapes
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

IDS = {
    7: "road",
    8: "sidewalk",
    11: "building",
    21: "tree",
    23: "sky",
    24: "person",
    33: "bicyclist",
}
VOID = (0, 3, 4, 10, 15, 22, 255)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for split, city in (("train", "ulm"), ("train", "aachen"), ("val", "lindau")):
        images, masks = (tmp_path / kind / split / city for kind in ("leftImg8bit", "gtFine"))
        images.mkdir(parents=True)
        masks.mkdir(parents=True)
        name = f"{city}_000000_000019"
        columns = np.array([*IDS, *VOID], np.uint8)
        mask = np.tile(columns, (6, 1))
        cv2.imwrite(str(images / f"{name}_leftImg8bit.png"), np.zeros((*mask.shape, 3), np.uint8))
        cv2.imwrite(str(masks / f"{name}_gtFine_labelIds.png"), mask)
        cv2.imwrite(str(masks / f"{name}_gtFine_color.png"), np.zeros((6, 6, 3), np.uint8))
    return tmp_path


def test_label_ids_become_surfaces(root: Path) -> None:
    sample = open_dataset("cityscapes", root, "train")[0]
    for column, surface in enumerate(IDS.values()):
        assert (sample.surfaces[:, column] == SURFACES.index(surface)).all()
    assert (sample.surfaces[:, len(IDS) :] == UNLABELLED).all()


def test_all_cities_of_a_split_are_read(root: Path) -> None:
    data = Cityscapes(root, "train")
    assert data.names == ["aachen_000000_000019", "ulm_000000_000019"]
    assert Cityscapes.splits(root) == ["train", "val"]
    assert {"floor", "ceiling"} == {SURFACES[i] for i in data.absent}
    assert not set(data.labelled) & set(data.absent)


def test_an_error_names_missing_and_invalid_files(root: Path) -> None:
    with pytest.raises(DataError, match="root folder"):
        Cityscapes(root / "leftImg8bit", "train")
    with pytest.raises(DataError, match="Allowed: train, val"):
        Cityscapes(root, "test")
    mask = root / "gtFine" / "val" / "lindau" / "lindau_000000_000019_gtFine_labelIds.png"
    cv2.imwrite(str(mask), np.full((6, len(IDS) + len(VOID)), 40, np.uint8))
    with pytest.raises(DataError, match="id 40"):
        Cityscapes(root, "val")[0]
    mask.unlink()
    with pytest.raises(DataError, match="labelIds"):
        open_dataset("cityscapes", root, "val")
