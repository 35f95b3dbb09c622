"""Commands about data: inspect, reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from drive2walk.released import weights_path

if TYPE_CHECKING:
    from drive2walk.perception.datasets.dataset import Dataset

# More images say no more about how different they are.
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
    """Look at a dataset before training does; exits with 2 and names every file that is broken.

    Writes contact_sheet.png and metrics.json: sizes, class shares, depth, splits, and how
    diverse a rendered set is.

    Args:
        root: the dataset's folder.
        out: folder for the results.
        dataset: how the folder is laid out: bdd100k, camvid, cityscapes or folder.
        labels: masks, or lidar: labels from the robot's scans, compared with masks if there are.
        weights: a released name or a .safetensors file, whose trunk judges how different the
            images are; without it they aren't judged.
    """
    from rich import print_json

    from drive2walk.experiment.errors import DataError
    from drive2walk.perception.datasets.registry import find_reader
    from drive2walk.perception.evaluation.evaluate import write_scores
    from drive2walk.perception.inference.predict_files import write_rgb
    from drive2walk.perception.inspection.inspect import inspect as look

    found = look(dataset, root, labels)
    metrics: dict[str, Any] = {"dataset": dataset, "labels": labels, "splits": found.statistics}
    if (diversity := _scene_diversity(root)) is not None:
        metrics["diversity"] = diversity
    if weights is not None and not found.findings:
        split = next(iter(found.statistics))
        metrics["feature_diversity"] = _feature_diversity(
            find_reader(dataset, labels)(root, split), weights
        )
    metrics["broken"] = found.findings
    write_scores(out / "metrics.json", metrics)
    if found.picture is not None:
        write_rgb(out / "contact_sheet.png", found.picture)
    print_json((out / "metrics.json").read_text(encoding="utf-8"))
    if found.findings:
        listed = "\n".join(f"  {line}" for line in found.findings)
        raise DataError(f"{len(found.findings)} findings in '{root}':\n{listed}")


def _scene_diversity(root: Path) -> dict[str, Any] | None:
    """Print and return how diverse the scenes of a rendered dataset are; None for another."""
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


def _feature_diversity(dataset: Dataset, weights: str) -> dict[str, Any]:
    import numpy as np

    from drive2walk.perception.inference.predictor import Predictor
    from drive2walk.perception.inspection.diversity import feature_vendi, trunk_features

    predictor = Predictor.load(weights_path(weights))
    count = min(FEATURE_IMAGES, len(dataset))
    indices = np.linspace(0, len(dataset) - 1, count).round().astype(int).tolist()
    effective = feature_vendi(trunk_features(predictor, dataset, indices))
    return {"weights": weights, "images": count, "effective": effective}


def reference(*, data: Path, out: Path) -> None:
    """Measure how diverse a rendered set is and write it as the reference for its kind of scene.

    Training holds rendered sets against the references in perception/inspection/references.

    Args:
        data: a folder that envs render wrote.
        out: the folder of references; SCENE.yaml is written there.
    """
    from drive2walk.perception.inspection.diversity import write_reference

    print(write_reference(data, out).diversity.text())
