"""Small copies of datasets, which make reading cheap in a study of many short runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import yaml

from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.subsets import select_evenly
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

JPEG_QUALITY = 95


def write_small_copy(
    parts: dict[str, Dataset], counts: dict[str, int], width: int, out: Path
) -> Path:
    """Write splits of a dataset as a plain folder of small images, unless ``out`` exists.

    Args:
        parts: Splits by name.
        counts: Greatest number of evenly spaced images of each split.
        width: Width of the copies in pixels; smaller images keep their size.
        out: Folder to write, completely or not at all.

    Returns:
        ``out``.
    """
    if out.is_dir():
        return out
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    for folder in ("images", "masks"):
        (part / folder).mkdir(parents=True)
    names = {
        split: [_copy_sample(subset, i, width, part, split) for i in range(len(subset))]
        for split, subset in (
            (s, select_evenly(dataset, counts[s])) for s, dataset in parts.items()
        )
    }
    labelled = next(iter(parts.values())).labelled
    classes = {"classes": [SURFACES[i] for i in labelled]}
    (part / "classes.yaml").write_text(yaml.safe_dump(classes), encoding="utf-8")
    (part / "split.yaml").write_text(yaml.safe_dump(names), encoding="utf-8")
    part.replace(out)
    return out


def _copy_sample(dataset: Dataset, index: int, width: int, out: Path, split: str) -> str:
    sample = dataset[index]
    height, full_width = sample.surfaces.shape
    factor = min(1.0, width / full_width)
    size = (round(full_width * factor), round(height * factor))
    rgb = cv2.resize(sample.rgb, size, interpolation=cv2.INTER_AREA)
    surfaces = cv2.resize(sample.surfaces, size, interpolation=cv2.INTER_NEAREST)
    to_class = np.full(256, UNLABELLED, np.uint8)
    to_class[dataset.labelled] = np.arange(len(dataset.labelled))
    name = f"{split}_{dataset.names[index]}"
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    cv2.imwrite(str(out / "images" / f"{name}.jpg"), rgb[..., ::-1], quality)
    cv2.imwrite(str(out / "masks" / f"{name}.png"), to_class[surfaces])
    return name
