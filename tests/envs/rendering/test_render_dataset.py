import dataclasses
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from drive2walk.envs.rendering.config import RenderConfig
from drive2walk.envs.rendering.render_dataset import render_dataset
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.transforms import apply
from drive2walk.robot.surfaces import SURFACES

pytestmark = pytest.mark.render
CONFIG = RenderConfig("office", frames=5, width=96, height=72, frames_per_scene=2, val_fraction=0.4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rendered")
    render_dataset(CONFIG, out)
    return out


def _contents(folder: Path) -> dict[str, bytes]:
    files = [p for p in folder.rglob("*") if p.is_file()]
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def test_every_frame_has_an_image_a_mask_a_depth_and_a_camera(folder: Path) -> None:
    cameras = json.loads((folder / "cameras.json").read_text())
    names = sorted(path.stem for path in (folder / "images").iterdir())
    assert len(names) == CONFIG.frames
    assert names == sorted(cameras)
    for name in names:
        image = cv2.imread(str(folder / "images" / f"{name}.jpg"))
        mask = cv2.imread(str(folder / "masks" / f"{name}.png"), cv2.IMREAD_UNCHANGED)
        depth = cv2.imread(str(folder / "depth" / f"{name}.png"), cv2.IMREAD_UNCHANGED)
        assert image.shape == (72, 96, 3)
        assert mask.shape == depth.shape == (72, 96)
        assert mask.dtype == np.uint8
        assert mask.max() < len(SURFACES)
        assert depth.dtype == np.uint16
    assert yaml.safe_load((folder / "classes.yaml").read_text())["classes"] == list(SURFACES)


def test_floor_pixels_lie_on_the_ground_by_depth_and_camera(folder: Path) -> None:
    assert _check_floor(folder) > 100


def _check_floor(folder: Path) -> int:
    """Check that pixels of the floor are at height 0; return their number."""
    cameras = json.loads((folder / "cameras.json").read_text())
    seen = 0
    for name, camera in cameras.items():
        mask = cv2.imread(str(folder / "masks" / f"{name}.png"), cv2.IMREAD_UNCHANGED)
        depth = cv2.imread(str(folder / "depth" / f"{name}.png"), cv2.IMREAD_UNCHANGED) / 1000
        shape = {key: camera[key] for key in ("width", "height", "fx", "fy", "cx", "cy")}
        points = Pinhole(**shape).unproject(depth)
        world = apply(np.array(camera["T_world_camera"]), points)
        floor = mask == SURFACES.index("floor")
        assert np.abs(world[floor][:, 2]).max(initial=0.0) < 0.01
        seen += int(floor.sum())
    return seen


def test_splits_separate_scenes_not_frames(folder: Path) -> None:
    split = yaml.safe_load((folder / "split.yaml").read_text())
    scenes = {part: {name.split("_")[1] for name in names} for part, names in split.items()}
    assert not scenes["train"] & scenes["val"]
    assert len(scenes["val"]) == 1
    assert len(split["train"]) + len(split["val"]) == CONFIG.frames


def test_the_folder_holds_the_parameters_of_its_scenes(folder: Path) -> None:
    index = yaml.safe_load((folder / "scene.yaml").read_text())
    assert index["scene"] == "office"
    assert sorted(index["parameters"]) == CONFIG.scene_seeds
    assert all("floors" in parameters for parameters in index["parameters"].values())


def test_an_interrupted_run_is_completed_with_the_same_files(folder: Path, tmp_path: Path) -> None:
    whole = _contents(folder)
    for name, content in whole.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # As if the run was killed during the last scene: a missing frame, half a file, no record.
    seed = CONFIG.scene_seeds[-1]
    (tmp_path / "scenes" / f"{seed}.json").unlink()
    (tmp_path / "images" / f"office_{seed}_00.jpg").unlink()
    (tmp_path / "images" / f".office_{seed}_00.jpg.17.part").write_bytes(b"half")
    for index in ("cameras.json", "split.yaml", "scene.yaml"):
        (tmp_path / index).unlink()
    render_dataset(CONFIG, tmp_path)
    assert _contents(tmp_path) == whole


def test_a_folder_of_other_settings_is_refused(folder: Path) -> None:
    other = RenderConfig("office", frames=5, seed=1, width=96, height=72)
    before = _contents(folder)
    with pytest.raises(DataError, match="other settings"):
        render_dataset(other, folder)
    assert _contents(folder) == before


def test_two_workers_render_what_one_does(folder: Path, tmp_path: Path) -> None:
    render_dataset(CONFIG, tmp_path, workers=2)
    assert _contents(tmp_path) == _contents(folder)


def test_lidar_scans_are_added_and_change_no_picture(folder: Path, tmp_path: Path) -> None:
    render_dataset(dataclasses.replace(CONFIG, lidar=True), tmp_path)
    with_lidar = _contents(tmp_path)
    for name, content in _contents(folder).items():
        if name.split("/")[0] in {"images", "masks", "depth", "cameras.json", "split.yaml"}:
            assert with_lidar[name] == content
    cameras = json.loads((tmp_path / "cameras.json").read_text())
    errors = []
    for name, camera in cameras.items():
        scan = np.load(tmp_path / "lidar" / f"{name}.npz")
        assert set(scan.files) == {"points", "R_gravity_camera", "head_height_m"}
        assert abs(scan["head_height_m"] - camera["T_world_camera"][2][3]) < 0.05
        up = np.array(camera["T_world_camera"])[:3, :3].T @ [0, 0, 1]
        assert scan["R_gravity_camera"][2] @ up > np.cos(np.radians(1.5))
        depth = cv2.imread(str(tmp_path / "depth" / f"{name}.png"), cv2.IMREAD_UNCHANGED) / 1000
        shape = {key: camera[key] for key in ("width", "height", "fx", "fy", "cx", "cy")}
        points = scan["points"]
        column, row = np.floor(Pinhole(**shape).project(points)).T
        inside = (column >= 0) & (column < 96) & (row >= 0) & (row < 72)
        seen = depth[row[inside].astype(int), column[inside].astype(int)]
        errors.append(np.abs(points[inside, 2] - seen))
    assert np.median(np.concatenate(errors)) < 0.03


def test_rendering_returns_the_diversity_of_the_scenes(folder: Path) -> None:
    diversity = render_dataset(CONFIG, folder)
    assert diversity.members == len(CONFIG.scene_seeds)
    assert {"rooms", "floors", "light_level"} <= set(diversity.entropies)
    assert 0 < diversity.score <= 1


def test_streets_show_road_and_sky_without_depth(tmp_path: Path) -> None:
    render_dataset(RenderConfig("street", 4, width=96, height=72, frames_per_scene=4), tmp_path)
    masks = [cv2.imread(str(p), cv2.IMREAD_UNCHANGED) for p in (tmp_path / "masks").iterdir()]
    depths = [
        cv2.imread(str(tmp_path / "depth" / p.name), cv2.IMREAD_UNCHANGED)
        for p in (tmp_path / "masks").iterdir()
    ]
    assert any((mask == SURFACES.index("road")).mean() > 0.2 for mask in masks)
    for mask, depth in zip(masks, depths, strict=True):
        assert (depth[mask == SURFACES.index("sky")] == 0).all()
        assert (depth[mask != SURFACES.index("sky")] > 0).all()


TASK_VIEWS = RenderConfig("tasks", frames=4, width=96, height=72, frames_per_scene=2)


@pytest.fixture(scope="module")
def task_views(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("task_views")
    render_dataset(TASK_VIEWS, out)
    return out


def test_a_working_robot_sees_its_own_arms_and_things_with_classes_of_their_own(
    task_views: Path,
) -> None:
    masks = [cv2.imread(str(p), cv2.IMREAD_UNCHANGED) for p in (task_views / "masks").iterdir()]
    assert len(masks) == TASK_VIEWS.frames
    arms = [float((mask == SURFACES.index("person")).mean()) for mask in masks]
    assert sum(fraction >= 0.01 for fraction in arms) >= 3
    assert max(arms) < 0.7
    assert all(mask.max() < len(SURFACES) for mask in masks)
    index = yaml.safe_load((task_views / "scene.yaml").read_text())
    layouts = {parameters["layout"] for parameters in index["parameters"].values()}
    assert layouts <= {"tote", "sort", "leaves", "warehouse"}


def test_the_floor_that_a_working_robot_sees_lies_on_the_ground(task_views: Path) -> None:
    assert _check_floor(task_views) > 1000


def test_two_workers_render_the_task_views_that_one_does(task_views: Path, tmp_path: Path) -> None:
    render_dataset(TASK_VIEWS, tmp_path, workers=2)
    assert _contents(tmp_path) == _contents(task_views)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"scene": "ofice", "frames": 1}, "Did you mean 'office'"),
        ({"scene": "office", "frames": 0}, "at least 1"),
        ({"scene": "office", "frames": 1, "width": 100_000}, "at most 4096"),
        ({"scene": "office", "frames": 1, "val_fraction": 1.0}, "val fraction"),
        ({"scene": "office", "frames": 1, "seed": -1}, "seed"),
    ],
)
def test_an_error_names_the_bad_setting(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        RenderConfig(**values)
