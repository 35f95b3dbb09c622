"""A training run as a folder: config, checkpoint, weights with a card, scores and curve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from drive2walk.experiment.config import save_config
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.experiment.run_folder import CONFIG, require_own_folder
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import ENDING, Knowledge, load_weights, save_weights
from drive2walk.perception.training.batches.source import open_validation_sets
from drive2walk.perception.training.card import Card
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.curve import write_curve
from drive2walk.perception.training.distillation.teacher import Teacher
from drive2walk.perception.training.train import Trainer
from drive2walk.perception.training.transfer import starting_network

# Number of steps between losses on the screen; showing them waits for the GPU.
SHOW_EVERY = 10


def run_training(
    config: NetworkTrainingConfig,
    *,
    name: str,
    command: str,
    init: Path | None,
    out: Path,
    resume: bool,
    teacher: Path | None = None,
) -> dict[str, Any]:
    """Train, and write everything about the run to ``out``.

    Args:
        config: Settings of the run, with a folder for at least one source.
        name: Name of the weights ``out/NAME.safetensors`` and of the card ``out/NAME.md``.
        command: Command line that repeats the run, for the card.
        init: File of ``config.init``.
        out: Folder of the run.
        resume: Whether to continue from the checkpoint in ``out``.
        teacher: File of ``config.teacher``.

    Returns:
        Content of ``out/metrics.json``: steps, minutes, and the scores of each source.

    Raises:
        ConfigError: ``out`` holds another run.
        DataError: A dataset can't be read.
        WeightsError: The initial weights or the checkpoint can't be used.
    """
    require_own_folder(config, out, CHECKPOINT, resume)
    teacher_network = None if teacher is None else Teacher(*load_weights(teacher))
    trainer = Trainer(config, starting_network(config, init), teacher_network)
    if resume:
        trainer.resume(out)
    save_config(config, out / CONFIG)
    validation = open_validation_sets(config.sources)

    columns = [TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}")]
    with Progress(*columns, TextColumn("{task.fields[losses]}"), TimeRemainingColumn()) as bar:
        task = bar.add_task(f"training {name}", total=config.steps, losses="")

        def validate(network: Network, knowledge: Knowledge) -> dict[str, Any]:
            predictor = Predictor(network, knowledge)
            scores = {key: evaluate(predictor, data) for key, data in validation.items()}
            shown = [f"{key} mIoU {values['miou']:.3f}" for key, values in scores.items()]
            bar.console.print(f"step {trainer.step}: {', '.join(shown)}")
            return {"scores": scores}

        def progress(step: int, losses: dict[str, Tensor]) -> None:
            bar.update(task, completed=step)
            if step % SHOW_EVERY == 0:
                shown = ", ".join(f"{key} {value:.3f}" for key, value in losses.items())
                bar.update(task, losses=shown)

        trainer.run(out, validate, progress)
    return _write_results(trainer, name, command, out)


def _write_results(trainer: Trainer, name: str, command: str, out: Path) -> dict[str, Any]:
    save_weights(out / f"{name}{ENDING}", trainer.average, trainer.knowledge)
    scores = trainer.curve[-1]["scores"]
    used = [key for key, s in trainer.config.sources.items() if s.root is not None]
    card = Card(
        name,
        trainer.config,
        command,
        sum(parameter.numel() for parameter in trainer.network.parameters()),
        trainer.minutes,
        {key: len(data) for key, data in zip(used, trainer.data.datasets, strict=True)},
        scores,
    )
    (out / f"{name}.md").write_text(card.text(), encoding="utf-8")
    metrics = {"steps": trainer.step, "minutes": trainer.minutes, "scores": scores}
    write_metrics(out / METRICS, metrics)
    (out / "curve.json").write_text(json.dumps(trainer.curve, indent=1), encoding="utf-8")
    write_curve(out / "curve.png", trainer.curve)
    return metrics
