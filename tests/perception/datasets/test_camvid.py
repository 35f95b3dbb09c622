from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.camvid import CamVid
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

REAL = Path(__file__).parents[4] / "shared" / "camvid"


@pytest.fixture
def camvid(tmp_path: Path) -> Path:
    for name in ("train", "trainannot"):
        (tmp_path / name).mkdir()
    cv2.imwrite(str(tmp_path / "train" / "a.png"), np.zeros((3, 4, 3), np.uint8))
    mask = np.arange(12, dtype=np.uint8).reshape(3, 4)
    cv2.imwrite(str(tmp_path / "trainannot" / "a.png"), mask)
    return tmp_path


def test_ids_map_to_the_taxonomy_and_eleven_to_unlabelled(camvid: Path) -> None:
    sample = CamVid(camvid, "train")[0]
    assert sample.surfaces.ravel().tolist() == [*range(11), UNLABELLED]
    assert sample.depth_m is None


def test_an_error_names_an_unknown_class(camvid: Path) -> None:
    cv2.imwrite(str(camvid / "trainannot" / "a.png"), np.full((3, 4), 12, np.uint8))
    with pytest.raises(DataError, match=r"a.png.*id 12"):
        CamVid(camvid, "train")[0]


def test_a_mask_of_another_size_is_named(camvid: Path) -> None:
    cv2.imwrite(str(camvid / "trainannot" / "a.png"), np.zeros((4, 4), np.uint8))
    with pytest.raises(DataError, match="4x4"):
        CamVid(camvid, "train")[0]


def test_an_image_without_a_mask_is_named(camvid: Path) -> None:
    cv2.imwrite(str(camvid / "train" / "b.png"), np.zeros((3, 4, 3), np.uint8))
    with pytest.raises(DataError, match=r"b\.png"):
        open_dataset("camvid", camvid, "train")


def test_an_unknown_split_lists_the_known_ones(camvid: Path) -> None:
    with pytest.raises(DataError, match="train"):
        CamVid(camvid, "trian")


@pytest.mark.skipif(not REAL.is_dir(), reason="CamVid isn't beside the checkout")
def test_the_real_camvid_is_mostly_road_and_building() -> None:
    data = CamVid(REAL, "val")
    assert len(data) == 101
    counts = sum(np.bincount(data.surfaces(i).ravel(), minlength=256) for i in range(0, 101, 20))
    assert {SURFACES[i] for i in np.argsort(counts[:11])[-3:]} >= {"road", "building"}


def test_floor_and_ceiling_are_absent_from_streets(camvid: Path) -> None:
    data = CamVid(camvid, "train")
    assert {SURFACES[i] for i in data.absent} == {"floor", "ceiling"}
    assert not set(data.absent) & set(data.labelled)
