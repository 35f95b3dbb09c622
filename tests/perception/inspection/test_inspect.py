import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk.commands.perception.data import inspect as command
from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.inspection.contact_sheet import draw_contact_sheet, surface_colours
from drive2walk.perception.inspection.dataset_statistics import Agreement, Statistics
from drive2walk.perception.inspection.inspect import inspect
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

FLOOR, WALL = SURFACES.index("floor"), SURFACES.index("wall")


def test_a_complete_set_has_statistics_of_each_split(folder: Path) -> None:
    found = inspect("folder", folder)
    assert found.findings == []
    assert {k: v["images"] for k, v in found.statistics.items()} == {"train": 4, "val": 2}
    train = found.statistics["train"]
    assert train["sizes"] == {"64x48": 4}
    assert set(train["class_shares"]) == {"floor", "wall"}
    assert sum(train["class_shares"].values()) == pytest.approx(1)
    assert train["unlabelled_share"] == pytest.approx(2 / 48)
    assert train["depth_m"]["least"] == train["depth_m"]["greatest"] == 2.5


def test_all_broken_files_are_found_at_once(folder: Path) -> None:
    def cut(path: Path) -> None:
        path.write_bytes(path.read_bytes()[:-30])

    cut(folder / "images" / "000.png")
    cut(folder / "masks" / "000.png")
    (folder / "masks" / "001.png").unlink()
    cv2.imwrite(str(folder / "masks" / "002.png"), np.zeros((5, 5), np.uint8))
    cv2.imwrite(str(folder / "masks" / "003.png"), np.full((48, 64), 9, np.uint8))
    (folder / "images" / "004.png").write_text("no image")
    cut(folder / "depth" / "005.png")
    found = inspect("folder", folder)
    expected = {
        "images/000.png": "cut off",
        "masks/000.png": "cut off",
        "masks/001.png": "can't read",
        "masks/002.png": "5x5",
        "masks/003.png": "class 9",
        "images/004.png": "not a readable image",
        "depth/005.png": "cut off",
    }
    assert len(found.findings) == len(expected)
    for name, reason in expected.items():
        assert any(name in line and reason in line for line in found.findings), name
    assert found.picture is None


def test_a_broken_layout_and_images_in_two_splits_are_findings(folder: Path) -> None:
    (folder / "split.yaml").write_text("train: ['000', '001']\nval: ['001']\ntest: [none]")
    lines = inspect("folder", folder).findings
    assert any("'001' is in split 'train' and in 'val'" in line for line in lines)
    assert any("none" in line for line in lines)
    (folder / "classes.yaml").unlink()
    assert len(inspect("folder", folder).findings) == 1
    with pytest.raises(DataError, match="no split of dataset 'camvid'"):
        inspect("camvid", folder)


def test_the_command_writes_its_results_and_refuses_broken_sets(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command(folder, out=out)
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["broken"] == []
    assert cv2.imread(str(out / "contact_sheet.png")).shape[1] == 3 * 320
    (folder / "images" / "003.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"1 findings(.|\n)*003\.png"):
        command(folder, out=out)
    assert "003.png" in json.loads((out / "metrics.json").read_text())["broken"][0]


def test_statistics_by_hand() -> None:
    surfaces = np.array([[FLOOR, FLOOR, FLOOR, WALL], [UNLABELLED] * 4], np.uint8)
    depth_m = np.array([[1, 2, 3, 0], [0, 0, 0, 0]], np.float32)
    walkable = np.array([[1, 0, 0, 0], [UNLABELLED] * 4], np.uint8)
    statistics = Statistics()
    statistics.add(Sample(np.zeros((2, 4, 3), np.uint8), surfaces, depth_m, 1.0, walkable))
    summary = statistics.summary()
    assert summary["class_shares"] == {"floor": 0.75, "wall": 0.25}
    assert summary["images_that_show"] == {"floor": 1, "wall": 1}
    assert summary["unlabelled_share"] == 0.5
    assert summary["two_way"] == {"inside_share": 0.25, "unknown_share": 0.5}
    assert summary["depth_m"]["known_share"] == 3 / 8
    assert summary["depth_m"]["median"] == pytest.approx(2, abs=0.1)


def test_agreement_counts_pixels_that_both_labels_know() -> None:
    surfaces = np.array([[FLOOR, FLOOR, WALL, WALL, FLOOR, UNLABELLED]], np.uint8)
    walkable = np.array([[1, 0, 1, 0, UNLABELLED, 1]], np.uint8)
    agreement = Agreement((FLOOR,))
    agreement.add(Sample(np.zeros((1, 6, 3), np.uint8), surfaces, walkable=walkable), surfaces)
    summary = agreement.summary()
    assert summary["walkable_iou"] == pytest.approx(1 / 3)
    assert summary["false_walkable_rate"] == 0.5
    assert summary["coverage"] == pytest.approx(4 / 6)


def test_the_sheet_shows_labels_in_their_colours() -> None:
    rgb = np.full((40, 80, 3), 100, np.uint8)
    surfaces = np.full((40, 80), UNLABELLED, np.uint8)
    surfaces[:, :40] = FLOOR
    picture = draw_contact_sheet([Sample(rgb, surfaces)])
    middle = picture.shape[0] // 2
    floor, unknown = picture[middle, 320 + 80].astype(int), picture[middle, 320 + 240].astype(int)
    assert np.abs(floor - (0.45 * 100 + 0.55 * surface_colours()[FLOOR])).max() <= 2
    assert unknown.max() < 50
    assert len(np.unique(surface_colours(), axis=0)) == len(SURFACES)
