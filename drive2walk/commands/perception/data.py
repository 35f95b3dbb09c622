"""``drive2walk perception inspect`` and ``reference``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from drive2walk.checkpoints.released import weights_path
from drive2walk.commands.perception.output import print_metrics
from drive2walk.experiment.results import METRICS, write_metrics

if TYPE_CHECKING:
    from drive2walk.perception.datasets.dataset import Dataset

# Number of images whose features are compared; more images hardly change the result.
FEATURE_IMAGES = 200


def inspect(
    root: Path,
    /,
    *,
    out: Path,
    dataset: str = "folder",
    labels: str = "masks",
    weights: str | None = None,
) -> None:
    """Check a dataset before training and name every broken file.

    Exits with 2 if a file is broken. Writes contact_sheet.png and metrics.json: sizes, fractions of
    the classes, depth, splits, and the diversity of a rendered set.

    Args:
        root: Folder of the dataset.
        out: Folder for the results.
        dataset: Layout of the folder: bdd100k, camvid, cityscapes or folder.
        labels: masks, or lidar: labels from the robot's scans, compared with masks if there are
            any.
        weights: Weights whose trunk measures how different the images are: a released name or a
            .safetensors file. Without it this isn't measured.
    """
    from drive2walk.experiment.errors import DataError
    from drive2walk.perception.datasets.registry import find_reader
    from drive2walk.perception.inference.predict_files import write_rgb
    from drive2walk.perception.inspection.inspect import inspect as inspect_dataset

    found = inspect_dataset(dataset, root, labels)
    metrics: dict[str, Any] = {"dataset": dataset, "labels": labels, "splits": found.statistics}
    if (diversity := _measure_scenes(root)) is not None:
        metrics["diversity"] = diversity
    if weights is not None and not found.findings:
        split = next(iter(found.statistics))
        data = find_reader(dataset, labels)(root, split)
        metrics["feature_diversity"] = _measure_features(data, weights)
    metrics["broken"] = found.findings
    write_metrics(out / METRICS, metrics)
    if found.picture is not None:
        write_rgb(out / "contact_sheet.png", found.picture)
    print_metrics(out)
    if found.findings:
        listed = "\n".join(f"  {line}" for line in found.findings)
        raise DataError(f"{len(found.findings)} findings in '{root}':\n{listed}")


def _measure_scenes(root: Path) -> dict[str, Any] | None:
    """Print and return the diversity of a rendered dataset's scenes; None for other datasets."""
    from drive2walk.experiment.diversity import parameter_diversity
    from drive2walk.perception.inspection.diversity import find_reference, rendered_parameters

    rendered = rendered_parameters(root)
    if rendered is None:
        return None
    scene, drawn = rendered
    reference = find_reference(scene)
    diversity = parameter_diversity(drawn, reference.diversity if reference else None)
    print(diversity.text())
    return {
        "scenes": len(drawn),
        "effective": diversity.vendi,
        "score": diversity.score,
        "entropies": diversity.entropies,
    }


def _measure_features(dataset: Dataset, weights: str) -> dict[str, Any]:
    """Return the effective number of different images, by the features of a trunk."""
    import numpy as np

    from drive2walk.perception.inference.predictor import Predictor
    from drive2walk.perception.inspection.diversity import feature_vendi, trunk_features

    predictor = Predictor.load(weights_path(weights))
    count = min(FEATURE_IMAGES, len(dataset))
    indices = np.linspace(0, len(dataset) - 1, count).round().astype(int).tolist()
    effective = feature_vendi(trunk_features(predictor, dataset, indices))
    return {"weights": weights, "images": count, "effective": effective}


def reference(*, data: Path, out: Path) -> None:
    """Write the diversity of a rendered dataset as a reference.

    Training compares rendered datasets with the references in perception/inspection/references.

    Args:
        data: Folder that envs render wrote.
        out: Folder of references, for SCENE.yaml.
    """
    from drive2walk.perception.inspection.diversity import write_reference

    print(write_reference(data, out).diversity.text())
