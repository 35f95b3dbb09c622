from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.dataset import class_fractions
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES, UNLABELLED


def test_mask_values_are_places_in_classes_yaml(folder: Path) -> None:
    sample = Folder(folder, "val")[0]
    floor, wall = SURFACES.index("floor"), SURFACES.index("wall")
    assert (sample.surfaces[:2] == UNLABELLED).all()
    assert (sample.surfaces[2] == wall).all()
    assert (sample.surfaces[-1] == floor).all()
    assert tuple(sample.rgb[-1, 0]) == (40, 160, 60)


def test_depth_comes_with_its_camera(folder: Path) -> None:
    data = Folder(folder, "val")
    assert data.has_depth
    assert data[0].focal_px == 80
    assert np.allclose(data[0].depth_m, 2.5)
    (folder / "cameras.json").unlink()
    data = Folder(folder, "val")
    assert not data.has_depth
    assert data[0].depth_m is None


def test_splits_are_lists_or_the_whole_folder(folder: Path) -> None:
    assert Folder(folder, "train").names == ["002", "003", "004", "005"]
    with pytest.raises(DataError, match="Allowed: train, val"):
        Folder(folder, "test")
    (folder / "split.yaml").unlink()
    assert len(Folder(folder, "whatever")) == 6


def test_a_split_that_names_no_image_is_refused(folder: Path) -> None:
    (folder / "split.yaml").write_text("train: [nowhere]")
    with pytest.raises(DataError, match="nowhere"):
        Folder(folder, "train")


def test_a_missing_mask_is_named(folder: Path) -> None:
    (folder / "masks" / "003.png").unlink()
    with pytest.raises(DataError, match=r"003\.png"):
        open_dataset("folder", folder, "train")


def test_a_class_beyond_the_list_is_named(folder: Path) -> None:
    cv2.imwrite(str(folder / "masks" / "002.png"), np.full((48, 64), 3, np.uint8))
    with pytest.raises(DataError, match=r"002.png.*class 3"):
        Folder(folder, "train")[0]


def test_an_unknown_class_gets_a_suggestion(folder: Path) -> None:
    (folder / "classes.yaml").write_text("classes: [flor]")
    with pytest.raises(DataError, match=r"classes.yaml.*Did you mean 'floor'"):
        Folder(folder, "train")
    (folder / "classes.yaml").write_text("classes: 3")
    with pytest.raises(DataError, match="must hold"):
        Folder(folder, "train")
    (folder / "classes.yaml").write_text("classes: [")
    with pytest.raises(ConfigError, match=r"classes\.yaml"):
        Folder(folder, "train")
    (folder / "classes.yaml").unlink()
    with pytest.raises(DataError, match=r"classes\.yaml"):
        Folder(folder, "train")


def test_broken_cameras_are_named(folder: Path) -> None:
    (folder / "cameras.json").write_text('{"000": {"width": 3}}')
    with pytest.raises(DataError, match=r"cameras\.json"):
        Folder(folder, "train")


def test_class_fractions_leave_out_unlabelled_pixels(folder: Path) -> None:
    fractions = class_fractions(Folder(folder, "train"), NUM_SURFACES)
    assert fractions.sum() == pytest.approx(1)
    assert set(np.flatnonzero(fractions)) == {SURFACES.index("floor"), SURFACES.index("wall")}


def test_a_class_named_rest_makes_the_labels_two_way(folder: Path) -> None:
    (folder / "classes.yaml").write_text("classes: [floor, rest]")
    data = Folder(folder, "val")
    sample = data[0]
    assert data.labelled == []
    assert data.two_way == (SURFACES.index("floor"),)
    assert (sample.surfaces == UNLABELLED).all()
    assert (sample.walkable[:2] == UNLABELLED).all()
    assert (sample.walkable[2] == 0).all()
    assert (sample.walkable[-1] == 1).all()
    assert np.allclose(sample.depth_m, 2.5)


def test_a_mask_of_rest_alone_is_refused(folder: Path) -> None:
    (folder / "classes.yaml").write_text("classes: [rest]")
    with pytest.raises(DataError, match="Name what is walkable"):
        Folder(folder, "val")
