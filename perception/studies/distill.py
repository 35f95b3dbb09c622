"""Distillation: what a teacher that sees depth can pass on to a student that sees a camera image.

Three networks of one shape, at equal steps, each of which shows all three as many labelled images:
a teacher fed image and depth, a plain camera network, and a student that is the plain one with the
teacher's soft labels. A robot records far more than anyone labels, so each of the student's steps
shows it images besides that only the teacher has a word on.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from drive2walk.experiment.config import load_config, save_config
from drive2walk.experiment.errors import ConfigError, DataError, WeightsError, unknown_name
from drive2walk.experiment.tables import RunTable
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.subsets import evenly
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.trunks.registry import TRUNKS
from drive2walk.perception.network.weights import ENDING, Knowledge, read_config, save_weights
from drive2walk.perception.training.card import Card
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.perception.training.config import TrainConfig
from drive2walk.perception.training.curve import write_curve
from drive2walk.perception.training.distillation.privileged import PrivilegedPredictor, widen
from drive2walk.perception.training.distillation.teacher import Teacher
from drive2walk.perception.training.train import Trainer
from drive2walk.perception.training.transfer import starting_network
from drive2walk.robot.surfaces import SURFACES

KEYS = ("size", "seed", "role")
SCORES = (
    *("walkable_iou", "boundary_iou", "false_walkable_rate", "thin_obstacle_recall"),
    *("calibration_error", "miou"),
)
TEACHER, PLAIN, STUDENT = "teacher", "plain", "student"
CONFIG = "config.yaml"
SOURCE = "validation"


@dataclasses.dataclass(frozen=True)
class DistillConfig:
    """A distillation.

    Attributes:
        learn: what teacher and plain network do; its one source's ``share`` has the labels.
        sizes: trunks by name; each is distilled by itself.
        unlabelled: images without labels for each one with, in the student's batches.
        seeds: repetitions.
        val_images: of the validation split at most, evenly spread.
    """

    learn: TrainConfig
    sizes: tuple[str, ...]
    unlabelled: int = 3
    seeds: int = 3
    val_images: int = 100

    def __post_init__(self) -> None:
        """Check that there is something to compare, and one source to learn from."""
        if min(self.seeds, self.val_images, self.unlabelled, len(self.sizes)) < 1:
            raise ConfigError(
                "give at least 1 size, 1 seed, 1 validation image and 1 unlabelled one a labelled."
            )
        for size in self.sizes:
            if size not in TRUNKS:
                raise ConfigError(unknown_name("size", size, TRUNKS))
        if len(self.learn.sources) != 1:
            raise ConfigError(f"sources: got {len(self.learn.sources)}; a distillation has one.")


class Run(NamedTuple):
    """One of the networks to train."""

    size: str
    seed: int
    role: str


class Distillation:
    """The runs of a distillation; each goes on from its checkpoint after a kill."""

    def __init__(self, config: DistillConfig, init: Path | None, out: Path, command: str) -> None:
        """Read what has been done in ``out``.

        Args:
            config: the distillation.
            init: weights that all networks start from, or None.
            out: its folder.
            command: what the students' cards give as the command that repeats it.

        Raises:
            ConfigError: ``out`` holds another distillation.
            DataError: the dataset can't be read, or has no depth.
            WeightsError: ``init`` can't be read, or is of another size.
        """
        path = out / CONFIG
        if path.is_file() and load_config(DistillConfig, path, out) != config:
            raise ConfigError(
                f"'{out}' holds a distillation with other settings (see its {CONFIG}). "
                "Go on with the same ones, or give another --out."
            )
        (source,) = config.learn.sources.values()
        validation = source.open("val")
        if not validation.has_depth:
            raise DataError(f"'{source.root}' has no depth (depth/, cameras.json) for a teacher.")
        for size in config.sizes:
            _require_size(size, init)
        save_config(config, path)
        self.config, self.init, self.out, self.command = config, init, out, command
        self.validation: Dataset = evenly(validation, config.val_images)
        self.table = RunTable(out / "distill.csv", KEYS, (*SCORES, "minutes"))

    def runs(self) -> list[Run]:
        """Return every run; a teacher comes before its student."""
        return [
            Run(size, seed, role)
            for seed in range(self.config.seeds)
            for size in self.config.sizes
            for role in (TEACHER, PLAIN, STUDENT)
        ]

    def do(self, run: Run, progress: Callable[[int], None] = lambda step: None) -> None:
        """Train and score ``run`` and add its row, unless that has been done."""
        if self.table.find(**run._asdict()) is not None:
            return
        trainer = self._trainer(run)
        predictor = PrivilegedPredictor if run.role == TEACHER else Predictor

        def validate(network: Network, knowledge: Knowledge) -> dict[str, Any]:
            return {"scores": {SOURCE: evaluate(predictor(network, knowledge), self.validation)}}

        trainer.run(self._folder(run), validate, lambda step, losses: progress(step))
        if run.role == STUDENT:
            self._release(f"student_{run.size}_{run.seed}", trainer)
        found = trainer.curve[-1]["scores"][SOURCE]
        scores = {name: round(found[name], 5) for name in SCORES}
        self.table.add(**run._asdict(), minutes=round(trainer.minutes, 3), **scores)
        if run.role == STUDENT:
            for role in (TEACHER, PLAIN, STUDENT):
                shutil.rmtree(self._folder(run._replace(role=role)), ignore_errors=True)

    def _release(self, name: str, trainer: Trainer) -> None:
        """Write a student's weights, with their card and curve."""
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

    def _folder(self, run: Run) -> Path:
        return self.out / "runs" / "_".join(map(str, run))

    def _trainer(self, run: Run) -> Trainer:
        """Return the trainer of ``run``, at its checkpoint if there is one."""
        config = run_config(self.config, run)
        teacher = None
        if run.role == STUDENT:
            taught = self._trainer(run._replace(role=TEACHER))
            teacher = Teacher(taught.average, taught.knowledge, taught.config.sees)
        network = starting_network(config, self.init)
        trainer = Trainer(config, widen(network) if run.role == TEACHER else network, teacher)
        if (self._folder(run) / CHECKPOINT).is_file():
            trainer.resume(self._folder(run))
        return trainer


def _require_size(size: str, init: Path | None) -> None:
    if init is not None and (held := read_config(init).trunk) != size:
        raise WeightsError(f"'{init}' holds a {held}, not a {size}. Give --sizes {held}.")


def run_config(config: DistillConfig, run: Run) -> TrainConfig:
    """Return the training of one of the networks."""
    network = dataclasses.replace(config.learn.network, trunk=run.size)
    learn = dataclasses.replace(config.learn, network=network, seed=run.seed)
    if run.role == TEACHER:
        return dataclasses.replace(learn, sees="camera+depth")
    if run.role == PLAIN:
        return learn
    ((name, source),) = learn.sources.items()
    unlabelled = dataclasses.replace(
        source,
        per_batch=config.unlabelled * source.per_batch,
        share=(0.0, 1.0),
        hidden=SURFACES,
    )
    return dataclasses.replace(learn, sources={name: source, f"{name}_unlabelled": unlabelled})
