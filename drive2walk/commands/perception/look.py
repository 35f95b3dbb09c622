"""``drive2walk perception predict``, ``evaluate``, ``latency`` and ``compare``."""

from __future__ import annotations

from pathlib import Path

from drive2walk.checkpoints.released import weights_path
from drive2walk.commands.perception.output import print_metrics
from drive2walk.experiment.results import METRICS, write_metrics


def predict(*, images: Path, out: Path, weights: str = "walking") -> None:
    """Find the walkable space in images of any size.

    Writes NAME.walkable.png (255 where walkable, 0 elsewhere, at the image's own size) and
    NAME.overlay.png for each image. Weights of a driving network show their drivable space.

    Args:
        images: Image, or folder of images.
        out: Folder for the results.
        weights: Released name (walking, driving) or .safetensors file.
    """
    from rich.progress import track

    from drive2walk.perception.inference.predict_files import image_files, predict_file
    from drive2walk.perception.inference.predictor import Predictor

    predictor = Predictor.load(weights_path(weights))
    paths = image_files(images)
    for path in track(paths, description="looking"):
        predict_file(predictor, path, out)


def evaluate(
    *,
    root: Path,
    out: Path,
    weights: str = "walking",
    dataset: str = "camvid",
    split: str = "val",
) -> None:
    """Score weights on a labelled dataset.

    Writes metrics.json with fractions.

    Args:
        root: Folder of the dataset.
        out: Folder for metrics.json.
        weights: Released name (walking, driving) or .safetensors file.
        dataset: Layout of the folder: camvid, bdd100k, cityscapes or folder.
        split: Split: train, val or test.
    """
    from drive2walk.perception.datasets.registry import open_dataset
    from drive2walk.perception.evaluation.evaluate import evaluate as score
    from drive2walk.perception.inference.predictor import Predictor

    predictor = Predictor.load(weights_path(weights))
    data = open_dataset(dataset, root, split)
    scores = {"weights": weights, "dataset": dataset, "split": split, "images": len(data)}
    write_metrics(out / METRICS, scores | score(predictor, data))
    print_metrics(out)


def latency(
    *,
    out: Path,
    weights: str = "walking",
    width: int = 256,
    height: int = 192,
    repeats: int = 50,
) -> None:
    """Time trunk, neck and heads on one image and one thread.

    Writes metrics.json with the median milliseconds of each stage and in total.

    Args:
        out: Folder for metrics.json.
        weights: Released name (walking, driving) or .safetensors file.
        width: Width of the image in pixels, a multiple of 32.
        height: Height of the image in pixels, a multiple of 32.
        repeats: Number of passes.
    """
    from drive2walk.experiment.errors import ConfigError
    from drive2walk.experiment.provenance import hardware
    from drive2walk.perception.evaluation.latency import stage_latency_ms
    from drive2walk.perception.network.weights import load_weights

    if min(width, height) < 32 or width % 32 or height % 32 or repeats < 1:
        raise ConfigError(
            f"got {width}x{height} pixels and {repeats} repeats; width and height must be "
            "multiples of 32, repeats at least 1."
        )
    network, _ = load_weights(weights_path(weights))
    times = stage_latency_ms(network, (width, height), repeats)
    scores = {"weights": weights, "size": [width, height], "hardware": hardware(1), "ms": times}
    write_metrics(out / METRICS, scores)
    print_metrics(out)


def compare(
    *,
    data: Path,
    out: Path,
    split: str = "val",
    rows: int = 8,
    driving: str = "driving",
    walking: str = "walking",
) -> None:
    """Show and score what two networks see in the same images.

    Writes comparison.png (image, label, drivable space, walkable space) and metrics.json with
    IoU, boundary IoU and false-walkable rate of both networks against the labelled walkable space.

    Args:
        data: Folder of labelled images.
        out: Folder for the results.
        split: Split: train or val.
        rows: Number of images in the picture.
        driving: Weights of the driving network.
        walking: Weights of the walking network.
    """
    from drive2walk.perception.datasets.registry import open_dataset
    from drive2walk.perception.evaluation.comparison import compare_networks
    from drive2walk.perception.inference.predict_files import write_rgb
    from drive2walk.perception.inference.predictor import Predictor

    before = Predictor.load(weights_path(driving))
    after = Predictor.load(weights_path(walking))
    comparison = compare_networks(before, after, open_dataset("folder", data, split), rows)
    write_metrics(out / METRICS, comparison.scores)
    write_rgb(out / "comparison.png", comparison.picture)
    print_metrics(out)
