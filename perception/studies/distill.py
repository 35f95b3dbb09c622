"""Distillation from a teacher that sees depth to a student that sees a camera image.

It compares three networks of one shape, with equal steps and equal numbers of labelled images in
each step: a teacher with image and depth as input, a plain camera network, and a student, which is
the plain network with the teacher's soft labels. A robot records far more images than people label,
so the student's steps also show unlabelled images, for which only the teacher has labels.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drive2walk.experiment.config import load_config, save_config
from drive2walk.experiment.errors import ConfigError, DataError, WeightsError
from drive2walk.experiment.tables import RunTable
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.subsets import select_evenly
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import ENDING, Knowledge, read_config, save_weights
from drive2walk.perception.studies.distill_config import (
    PLAIN,
    STUDENT,
    TEACHER,
    DistillationRun,
    DistillConfig,
    run_config,
)
from drive2walk.perception.training.card import Card
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.perception.training.curve import write_curve
from drive2walk.perception.training.distillation.privileged import (
    PrivilegedPredictor,
    widen_input,
)
from drive2walk.perception.training.distillation.teacher import Teacher
from drive2walk.perception.training.train import Trainer
from drive2walk.perception.training.transfer import starting_network

KEYS = ("size", "seed", "role")
SCORES = (
    *("walkable_iou", "boundary_iou", "false_walkable_rate", "thin_obstacle_recall"),
    *("calibration_error", "miou"),
)
CONFIG = "config.yaml"
SOURCE = "validation"


class Distillation:
    """The runs of a distillation. After an interruption, each resumes from its checkpoint."""

    def __init__(self, config: DistillConfig, init: Path | None, out: Path, command: str) -> None:
        """Read the results so far in ``out``.

        Args:
            config: Settings of the distillation.
            init: Weights that all networks start from, or None.
            out: Folder of the distillation.
            command: Command line that repeats it, for the cards of the students.

        Raises:
            ConfigError: ``out`` holds another distillation.
            DataError: The dataset can't be read or has no depth.
            WeightsError: ``init`` can't be read or has another size.
        """
        path = out / CONFIG
        if path.is_file() and load_config(DistillConfig, path, out) != config:
            raise ConfigError(
                f"'{out}' holds a distillation with other settings (see its {CONFIG}). "
                "Give the same settings to continue it, or another --out."
            )
        (source,) = config.learn.sources.values()
        validation = source.open("val")
        if not validation.has_depth:
            raise DataError(f"'{source.root}' has no depth (depth/, cameras.json) for a teacher.")
        for size in config.sizes:
            _require_size(size, init)
        save_config(config, path)
        self.config, self.init, self.out, self.command = config, init, out, command
        self.validation: Dataset = select_evenly(validation, config.val_images)
        self.table = RunTable(out / "distill.csv", KEYS, (*SCORES, "minutes"))

    def runs(self) -> list[DistillationRun]:
        """Return every run; a teacher comes before its student."""
        return [
            DistillationRun(size, seed, role)
            for seed in range(self.config.seeds)
            for size in self.config.sizes
            for role in (TEACHER, PLAIN, STUDENT)
        ]

    def execute(
        self, run: DistillationRun, progress: Callable[[int], None] = lambda step: None
    ) -> None:
        """Train and score a network and add its row, unless the table has it already.

        Args:
            run: Run to execute.
            progress: Function of the step, called after each step.
        """
        if self.table.find(**run._asdict()) is not None:
            return
        trainer = self._prepare_trainer(run)
        predictor = PrivilegedPredictor if run.role == TEACHER else Predictor

        def validate(network: Network, knowledge: Knowledge) -> dict[str, Any]:
            return {"scores": {SOURCE: evaluate(predictor(network, knowledge), self.validation)}}

        trainer.run(self._folder(run), validate, lambda step, losses: progress(step))
        if run.role == STUDENT:
            self._write_student(f"student_{run.size}_{run.seed}", trainer)
        found = trainer.curve[-1]["scores"][SOURCE]
        scores = {name: round(found[name], 5) for name in SCORES}
        self.table.add(**run._asdict(), minutes=round(trainer.minutes, 3), **scores)
        if run.role == STUDENT:
            for role in (TEACHER, PLAIN, STUDENT):
                shutil.rmtree(self._folder(run._replace(role=role)), ignore_errors=True)

    def _write_student(self, name: str, trainer: Trainer) -> None:
        """Write the weights of a student, with their card and curve."""
        save_weights(self.out / f"{name}{ENDING}", trainer.average, trainer.knowledge)
        images = map(len, trainer.data.datasets)
        card = Card(
            name,
            trainer.config,
            self.command,
            sum(parameter.numel() for parameter in trainer.network.parameters()),
            trainer.minutes,
            dict(zip(trainer.config.sources, images, strict=True)),
            trainer.curve[-1]["scores"],
        )
        (self.out / f"{name}.md").write_text(card.text(), encoding="utf-8")
        write_curve(self.out / f"{name}.png", trainer.curve)

    def _folder(self, run: DistillationRun) -> Path:
        return self.out / "runs" / "_".join(map(str, run))

    def _prepare_trainer(self, run: DistillationRun) -> Trainer:
        """Return the trainer of a run, resumed from its checkpoint if there is one."""
        config = run_config(self.config, run)
        teacher = None
        if run.role == STUDENT:
            teacher_run = self._prepare_trainer(run._replace(role=TEACHER))
            teacher = Teacher(teacher_run.average, teacher_run.knowledge, teacher_run.config.inputs)
        network = starting_network(config, self.init)
        trainer = Trainer(config, widen_input(network) if run.role == TEACHER else network, teacher)
        if (self._folder(run) / CHECKPOINT).is_file():
            trainer.resume(self._folder(run))
        return trainer


def _require_size(size: str, init: Path | None) -> None:
    if init is not None and (given := read_config(init).trunk) != size:
        raise WeightsError(f"'{init}' holds a {given}, not a {size}. Give --sizes {given}.")
