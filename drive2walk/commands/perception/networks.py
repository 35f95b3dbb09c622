"""Commands on networks: import what others have published, export for robots."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import tyro

from drive2walk.released import weights_path


def import_published(
    file: tyro.conf.Positional[Path],
    /,
    *,
    source: Annotated[str, tyro.conf.arg(name="from")],
    out: Path,
) -> None:
    """Turn a driving network that others have published into weights of this project.

    Only tensors are read, never code that the file may hold. Writes NAME.safetensors, which
    pretrain and finetune take as a trunk to start from and, where it has learned to drive,
    predict, evaluate and export as --weights; its card NAME.md; and metrics.json.

    Args:
        file: the published weights, as torch.save wrote them.
        source: whose they are: twinlitenet, espnet, or regnety_400mf in torchvision's form.
        out: folder for the results.
    """
    import json

    from rich import print_json

    from drive2walk.perception.evaluation.evaluate import write_scores
    from drive2walk.perception.exchange.published import import_published as import_file
    from drive2walk.perception.network.tensor_file import read_tensors

    path = import_file(source, file, out)
    tensors, _ = read_tensors(path)
    write_scores(out / "metrics.json", {"weights": path.name, "tensors": len(tensors)})
    print_json(json.dumps({"weights": str(path), "tensors": len(tensors)}))


def blend(*, end: Path, out: Path, start: str = "walking", share: float = 0.75) -> None:
    """Write the network on the way between a fine-tuning's start and its end.

    Fine-tuning on few or rendered images costs some of what was known of others; a network
    between the two often keeps both. Writes blend.safetensors with its card; judge it by evaluate.

    Args:
        end: the weights that the fine-tuning wrote.
        out: folder for the results.
        start: a released name or a .safetensors file: what the fine-tuning started from.
        share: of the way to the end, from 0 to 1.
    """
    from drive2walk.perception.exchange.blend import blend as blend_files

    first, last = (weights_path(given) for given in (start, str(end)))
    print(f"Wrote {blend_files(first, last, share, out)}")


def export(
    *,
    out: Path,
    weights: str = "walking",
    int8: bool = False,
    images: Path | None = None,
) -> None:
    """Write a network as an ONNX graph, checked against PyTorch and timed on one core.

    Writes NAME.onnx with metadata, with --int8 also NAME.int8.onnx, and metrics.json.

    Args:
        out: folder for the results.
        weights: a released name (walking, driving) or a .safetensors file.
        int8: also in 8-bit integers; needs --images.
        images: a folder of images like those the robot will see, for the integers' ranges.
    """
    from rich import print_json

    from drive2walk.experiment.errors import DataError
    from drive2walk.perception.exchange.export_run import run_export
    from drive2walk.perception.inference.predict_files import image_files

    if int8 and images is None:
        raise DataError("--int8 needs images to take its ranges from. Give a folder as --images.")
    path = weights_path(weights)
    calibration = image_files(images) if int8 and images is not None else []
    run_export(path, out, calibration)
    print_json((out / "metrics.json").read_text(encoding="utf-8"))
