"""``drive2walk perception import``, ``blend`` and ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import tyro

from drive2walk.checkpoints.released import weights_path
from drive2walk.commands.perception.output import print_metrics
from drive2walk.experiment.results import METRICS, write_metrics


def import_published(
    file: tyro.conf.Positional[Path],
    /,
    *,
    source: Annotated[str, tyro.conf.arg(name="from")],
    out: Path,
) -> None:
    """Convert a published driving network to weights of this project.

    Only tensors are read; code in the file is not run. Writes NAME.safetensors, its card NAME.md
    and metrics.json. pretrain and finetune take NAME.safetensors as a trunk to start from; predict,
    evaluate and export take it as --weights if the network was published for driving.

    Args:
        file: Published weights, as written by torch.save.
        source: Origin of the weights: twinlitenet, espnet, or regnety_400mf from torchvision.
        out: Folder for the results.
    """
    import json

    from rich import print_json

    from drive2walk.perception.exchange.published import import_published as import_file
    from drive2walk.perception.network.tensor_file import read_tensors

    path = import_file(source, file, out)
    tensors, _ = read_tensors(path)
    write_metrics(out / METRICS, {"weights": path.name, "tensors": len(tensors)})
    print_json(json.dumps({"weights": str(path), "tensors": len(tensors)}))


def blend(
    *,
    end: Path,
    out: Path,
    start: str = "walking",
    fraction: Annotated[float, tyro.conf.arg(name="share")] = 0.75,
) -> None:
    """Write a network between a fine-tuning's start and its end.

    Fine-tuning on few or rendered images loses some of what the network knew about other images;
    a network between the two often keeps both. Writes blend.safetensors with its card, for
    evaluate to score.

    Args:
        end: Weights that the fine-tuning wrote.
        out: Folder for the results.
        start: Weights that the fine-tuning started from: a released name or a .safetensors file.
        fraction: Fraction of the way from start to end, 0 to 1.
    """
    from drive2walk.perception.exchange.blend import blend as blend_files

    first, last = (weights_path(given) for given in (start, str(end)))
    print(f"Wrote {blend_files(first, last, fraction, out)}")


def export(
    *,
    out: Path,
    weights: str = "walking",
    int8: bool = False,
    images: Path | None = None,
) -> None:
    """Write a network as an ONNX graph and check it.

    The graph is compared with PyTorch and timed on one core. Writes NAME.onnx with metadata, with
    --int8 also NAME.int8.onnx, and metrics.json.

    Args:
        out: Folder for the results.
        weights: Released name (walking, driving) or .safetensors file.
        int8: Also write the network in 8-bit integers; needs --images.
        images: Folder of images like the robot's, which set the ranges of the integers.
    """
    from drive2walk.experiment.errors import DataError
    from drive2walk.perception.exchange.export_run import run_export
    from drive2walk.perception.inference.predict_files import image_files

    if int8 and images is None:
        raise DataError("--int8 needs images for the ranges of the integers. Give --images FOLDER.")
    path = weights_path(weights)
    calibration = image_files(images) if int8 and images is not None else []
    run_export(path, out, calibration)
    print_metrics(out)
