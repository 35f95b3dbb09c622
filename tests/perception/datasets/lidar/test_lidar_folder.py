import dataclasses
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.lidar.lidar_folder import LidarFolder
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

# The camera looks straight down, and x ahead is up in the image.
R_DOWN = np.array([[0, -1, 0], [-1, 0, 0], [0, 0, -1]], float)
PINHOLE = Pinhole(64, 48, 40.0, 40.0, 32.0, 24.0)
HEAD_M = 1.3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write scans of a floor and a box of 0.4 m, with masks and depth that contradict them."""
    root = tmp_path / "set"
    for name in ("images", "lidar", "masks", "depth"):
        (root / name).mkdir(parents=True)
    depth = np.full((48, 64), HEAD_M)
    depth[:, 40:] = HEAD_M - 0.4
    points = PINHOLE.unproject(depth).reshape(-1, 3).astype(np.float32)
    cameras = {}
    for name in ("a", "b", "c"):
        cv2.imwrite(str(root / "images" / f"{name}.png"), np.full((48, 64, 3), 90, np.uint8))
        cv2.imwrite(str(root / "masks" / f"{name}.png"), np.ones((48, 64), np.uint8))
        cv2.imwrite(str(root / "depth" / f"{name}.png"), np.full((48, 64), 77, np.uint16))
        scan = {"points": points, "R_gravity_camera": R_DOWN, "head_height_m": HEAD_M}
        np.savez(root / "lidar" / f"{name}.npz", **scan)
        cameras[name] = dataclasses.asdict(PINHOLE)
    (root / "cameras.json").write_text(json.dumps(cameras))
    (root / "split.yaml").write_text("train: [a, b]\nval: [c]")
    (root / "classes.yaml").write_text("classes: [floor, wall]")
    return root


def test_labels_come_from_the_lidar_alone(folder: Path) -> None:
    data = open_dataset("folder", folder, "train", "lidar")
    sample = data[0]
    assert sample.walkable is not None
    assert (sample.walkable[:, :38] == 1).all()
    assert (sample.walkable[:, 43:] == 0).all()
    assert (sample.surfaces == UNLABELLED).all()
    assert {SURFACES[i] for i in data.two_way} == {"sidewalk", "floor"}
    assert data.labelled == []
    assert sample.focal_px == PINHOLE.fx
    assert sample.depth_m is not None
    known = sample.depth_m[sample.depth_m > 0]
    assert set(np.unique(known.round(2))) == {np.float32(0.9), np.float32(1.3)}


def test_labels_do_not_depend_on_masks_or_depth(folder: Path) -> None:
    before = LidarFolder(folder, "train")[0]
    # Other poses, and no masks, depth, classes or parameters.
    cameras = json.loads((folder / "cameras.json").read_text())
    for camera in cameras.values():
        camera["T_world_camera"] = np.eye(4).tolist()
    (folder / "cameras.json").write_text(json.dumps(cameras))
    for name in ("masks", "depth"):
        shutil.rmtree(folder / name)
    (folder / "classes.yaml").unlink()
    (folder / "scene.yaml").write_text("[not even YAML")
    after = LidarFolder(folder, "train")[0]
    assert np.array_equal(after.walkable, before.walkable)
    assert np.array_equal(after.depth_m, before.depth_m)
    opened = {path.parent.name for path in LidarFolder(folder, "train").files(0)}
    assert opened == {"images", "lidar"}


def test_splits_come_from_split_yaml(folder: Path) -> None:
    assert LidarFolder.splits(folder) == ["train", "val"]
    assert LidarFolder(folder, "val").names == ["c"]
    (folder / "split.yaml").unlink()
    assert LidarFolder.splits(folder) == ["all"]


def test_an_error_names_the_missing_part(folder: Path) -> None:
    (folder / "lidar" / "b.npz").unlink()
    with pytest.raises(DataError, match=r"b\.npz"):
        open_dataset("folder", folder, "train", "lidar")
    cameras = json.loads((folder / "cameras.json").read_text())
    del cameras["a"]["cx"]
    (folder / "cameras.json").write_text(json.dumps(cameras))
    with pytest.raises(DataError, match=r"cameras\.json.*'a'"):
        LidarFolder(folder, "train")
    shutil.rmtree(folder / "lidar")
    with pytest.raises(DataError, match="envs render --lidar"):
        LidarFolder(folder, "train")


def test_an_image_of_another_size_is_named(folder: Path) -> None:
    cv2.imwrite(str(folder / "images" / "a.png"), np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(DataError, match=r"64x48.*20x20"):
        LidarFolder(folder, "train")[0]


def test_only_a_folder_has_lidar(folder: Path) -> None:
    with pytest.raises(DataError, match="'camvid' has no lidar labels"):
        open_dataset("camvid", folder, "train", "lidar")
    with pytest.raises(DataError, match="Did you mean 'lidar'"):
        open_dataset("folder", folder, "train", "lydar")
