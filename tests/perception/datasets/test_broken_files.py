import logging
from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.training.batches.source import SourceConfig


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def test_an_error_names_a_truncated_image(folder: Path) -> None:
    _cut(folder / "images" / "003.png")
    _cut(folder / "masks" / "004.png")
    with pytest.raises(DataError, match=r"003\.png' is cut off.*1 more files.*inspect"):
        open_dataset("folder", folder, "train")
    assert len(open_dataset("folder", folder, "val")) == 2


def test_broken_samples_are_skipped_and_logged(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _cut(folder / "images" / "003.png")
    (folder / "masks" / "005.png").unlink()
    with caplog.at_level(logging.WARNING):
        data = open_dataset("folder", folder, "train", on_broken="skip")
    assert data.names == ["002", "004"]
    assert "003.png" in caplog.text
    assert "005.png" in caplog.text
    assert data[1].rgb.shape == (48, 64, 3)


def test_a_source_follows_its_policy_for_broken_files(folder: Path) -> None:
    jpg = folder / "images" / "002.jpg"
    cv2.imwrite(str(jpg), np.zeros((48, 64, 3), np.uint8))
    (folder / "images" / "002.png").unlink()
    _cut(jpg)
    with pytest.raises(DataError, match=r"002\.jpg"):
        SourceConfig("folder", 1, (1.0, 1.0), folder).open("train")
    skipping = SourceConfig("folder", 1, (1.0, 1.0), folder, on_broken="skip")
    assert skipping.open("train").names == ["003", "004", "005"]
    with pytest.raises(ConfigError, match="Did you mean 'skip'"):
        SourceConfig("folder", 1, (1.0, 1.0), on_broken="skp")


def test_a_set_without_readable_samples_is_refused(folder: Path) -> None:
    for path in (folder / "depth").iterdir():
        path.write_bytes(b"")
    with pytest.raises(DataError, match="cut off"):
        open_dataset("folder", folder, "train", on_broken="skip")
