"""Commands that look: predict, evaluate, latency, compare."""

from __future__ import annotations

from pathlib import Path

from drive2walk.released import weights_path


def predict(*, images: Path, out: Path, weights: str = "walking") -> None:
    """Find the walkable space in images of any size.

    Writes NAME.walkable.png (255 where walkable, 0 elsewhere, at the image's own size) and
    NAME.overlay.png for each image. Weights that only drove show their drivable space.

    Args:
        images: an image, or a folder of images.
        out: folder for the results.
        weights: a released name (walking, driving) or a .safetensors file.
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
    """Score weights on a labelled dataset; writes metrics.json with fractions.

    Args:
        root: the dataset's folder.
        out: folder for metrics.json.
        weights: a released name (walking, driving) or a .safetensors file.
        dataset: how the folder is laid out: camvid, bdd100k, cityscapes or folder.
        split: train, val or test.
    """
    from rich import print_json

    from drive2walk.perception.datasets.registry import open_dataset
    from drive2walk.perception.evaluation.evaluate import evaluate as score
    from drive2walk.perception.evaluation.evaluate import write_scores
    from drive2walk.perception.inference.predictor import Predictor

    predictor = Predictor.load(weights_path(weights))
    data = open_dataset(dataset, root, split)
    scores = {"weights": weights, "dataset": dataset, "split": split, "images": len(data)}
    scores |= score(predictor, data)
    write_scores(out / "metrics.json", scores)
    print_json((out / "metrics.json").read_text(encoding="utf-8"))


def latency(
    *,
    out: Path,
    weights: str = "walking",
    width: int = 256,
    height: int = 192,
    repeats: int = 50,
) -> None:
    """Time trunk, neck and heads on one image and one thread; writes metrics.json.

    Args:
        out: folder for metrics.json: the median milliseconds of each stage and in total.
        weights: a released name (walking, driving) or a .safetensors file.
        width: of the image in pixels, a multiple of 32.
        height: likewise.
        repeats: passes of which the median is taken.
    """
    from rich import print_json

    from drive2walk.experiment.errors import ConfigError
    from drive2walk.experiment.provenance import hardware
    from drive2walk.perception.evaluation.evaluate import write_scores
    from drive2walk.perception.evaluation.latency import stage_latency_ms
    from drive2walk.perception.network.weights import load_weights

    if min(width, height) < 32 or width % 32 or height % 32 or repeats < 1:
        raise ConfigError(
            f"got {width}x{height}, {repeats} repeats: give multiples of 32 pixels and 1 or more."
        )
    network, _ = load_weights(weights_path(weights))
    times = stage_latency_ms(network, (width, height), repeats)
    scores = {"weights": weights, "size": [width, height], "hardware": hardware(1), "ms": times}
    write_scores(out / "metrics.json", scores)
    print_json((out / "metrics.json").read_text(encoding="utf-8"))


def compare(
    *,
    data: Path,
    out: Path,
    split: str = "val",
    rows: int = 8,
    driving: str = "driving",
    walking: str = "walking",
) -> None:
    """Show what the robot sees while it thinks it is a car, and after it learned to walk.

    Writes comparison.png (image, label, drivable space, walkable space) and metrics.json with
    IoU, boundary IoU and false-walkable rate of both against the labelled walkable space.

    Args:
        data: a folder of labelled images.
        out: folder for the results.
        split: train or val.
        rows: images in the picture.
        driving: weights that only drove.
        walking: weights that learned to walk.
    """
    from rich import print_json

    from drive2walk.perception.datasets.registry import open_dataset
    from drive2walk.perception.evaluation.comparison import compare_networks
    from drive2walk.perception.evaluation.evaluate import write_scores
    from drive2walk.perception.inference.predict_files import write_rgb
    from drive2walk.perception.inference.predictor import Predictor

    drove = Predictor.load(weights_path(driving))
    walks = Predictor.load(weights_path(walking))
    comparison = compare_networks(drove, walks, open_dataset("folder", data, split), rows)
    write_scores(out / "metrics.json", comparison.scores)
    write_rgb(out / "comparison.png", comparison.picture)
    print_json((out / "metrics.json").read_text(encoding="utf-8"))
