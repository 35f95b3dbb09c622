"""The transfer study: does a network that was trained to drive learn to walk from fewer labels?

Every run has a twin: the same shape from scratch, with the same images, steps and seed. Some
driving networks were trained on the surface of the target, such as the pavement in street images.
For these the start is a network of the same shape that is first trained to drive on other images of
the target's dataset, whose labels hide that surface: its pixels and a margin around them are
unlabelled, so that the network learns neither the surface nor that it is "not road". Each seed
draws which images are used to drive and which are labelled for walking.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from drive2walk.experiment.config import save_config
from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.tables import RunTable
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import ENDING, Knowledge, save_weights
from drive2walk.perception.studies.candidate import Candidate
from drive2walk.perception.studies.transfer_target import (
    TargetConfig,
    copy_target,
    require_same_target,
)
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.train import Trainer
from drive2walk.perception.training.transfer import starting_network

KEYS = ("target", "trunk", "start", "weights", "fraction", "seed", "steps")
SCORES = ("walkable_iou", "boundary_iou", "false_walkable_rate")
VALUES = ("images", *SCORES, "minutes")
DROVE, SCRATCH = "drove", "scratch"


class TransferRun(NamedTuple):
    """One run of the study.

    Attributes:
        target: Name of the target.
        trunk: Name of the candidate.
        start: DROVE or SCRATCH.
        weights: Short digest of the file or the shape that the run starts from.
        fraction: Fraction of the labels.
        seed: Seed of the run.
        steps: Number of steps.
    """

    target: str
    trunk: str
    start: str
    weights: str
    fraction: float
    seed: int
    steps: int


class TransferStudy:
    """All runs for some targets, candidates, fractions and seeds; it can be continued."""

    def __init__(
        self,
        targets: dict[str, TargetConfig],
        candidates: list[Candidate],
        fractions: list[float],
        seeds: int,
        out: Path,
    ) -> None:
        """Make small copies of the data and read the results so far.

        Args:
            targets: Targets by name, each with its root.
            candidates: Networks that were trained to drive.
            fractions: Fractions of the labels, each above 0 and at most 1.
            seeds: Number of repetitions.
            out: Folder of the study.

        Raises:
            ConfigError: A fraction or the number of seeds is out of range, two candidates have
                the same name, or ``out`` holds another study.
            DataError: A dataset can't be read.
        """
        if not all(0 < fraction <= 1 for fraction in fractions) or not fractions or seeds < 1:
            raise ConfigError("give fractions above 0 and at most 1, and at least 1 seed.")
        self.targets, self.candidates = targets, {c.name: c for c in candidates}
        if len(self.candidates) < len(candidates):
            raise ConfigError(
                f"two of the networks share a file name: {', '.join(c.name for c in candidates)}. "
                "The study identifies networks by it: copy one to another name."
            )
        for name, target in targets.items():
            require_same_target(target, out / f"{name}.yaml", out)
        self.fractions, self.seeds, self.out = sorted(set(fractions)), seeds, out
        self.table = RunTable(out / "study.csv", KEYS, VALUES)
        self._copies = {
            name: copy_target(target, out / "data" / name) for name, target in targets.items()
        }
        for name, target in targets.items():
            save_config(target, out / f"{name}.yaml")
        self._validation = {n: open_dataset("folder", c, "val") for n, c in self._copies.items()}

    def runs(self) -> list[TransferRun]:
        """Return every run, seed by seed, so that an interrupted study still compares twins."""
        return [
            TransferRun(
                target,
                candidate.name,
                start,
                candidate.file_digest if start == DROVE else candidate.shape_digest,
                fraction,
                seed,
                self.targets[target].learn.steps,
            )
            for seed in range(self.seeds)
            for target in self.targets
            for candidate in self.candidates.values()
            for fraction in self.fractions
            for start in (DROVE, SCRATCH)
        ]

    def execute(
        self, run: TransferRun, progress: Callable[[int], None] = lambda step: None
    ) -> None:
        """Train and score a network and add its row, unless the table has it already.

        Args:
            run: Run to execute.
            progress: Function of the step, called after each step.
        """
        if self.table.find(**run._asdict()) is not None:
            return
        target, candidate = self.targets[run.target], self.candidates[run.trunk]
        config = self._learn_config(run, candidate)
        init = self._prepare_start(run, target, candidate) if run.start == DROVE else None
        trainer = Trainer(config, starting_network(config, init))
        validation = self._validation[run.target]
        scores = self._train(trainer, validation, progress)
        images = len(trainer.data.datasets[0])
        self.table.add(**run._asdict(), images=images, minutes=round(trainer.minutes, 3), **scores)

    def _train(
        self, trainer: Trainer, validation: Dataset, progress: Callable[[int], None]
    ) -> dict[str, Any]:
        folder = self.out / "run"
        shutil.rmtree(folder, ignore_errors=True)

        def validate(network: Network, knowledge: Knowledge) -> dict[str, Any]:
            return evaluate(Predictor(network, knowledge), validation)

        trainer.run(folder, validate, lambda step, losses: progress(step))
        shutil.rmtree(folder)
        return {name: round(trainer.curve[-1][name], 5) for name in SCORES}

    def _learn_config(self, run: TransferRun, candidate: Candidate) -> NetworkTrainingConfig:
        learn = self.targets[run.target].learn
        (source,) = learn.sources.values()
        first, last = source.fraction_range
        fraction_range = (first, first + run.fraction * (last - first))
        return self._resolve(learn, run, candidate, fraction_range)

    def _resolve(
        self,
        config: NetworkTrainingConfig,
        run: TransferRun,
        candidate: Candidate,
        fraction_range: tuple[float, float],
    ) -> NetworkTrainingConfig:
        ((name, source),) = config.sources.items()
        resolved = dataclasses.replace(
            source, root=self._copies[run.target], fraction_range=fraction_range
        )
        return dataclasses.replace(
            config,
            sources={name: resolved},
            network=candidate.network,
            seed=run.seed,
            checkpoint_every=config.steps,
        )

    def _prepare_start(self, run: TransferRun, target: TargetConfig, candidate: Candidate) -> Path:
        """Return driving weights that were not trained on the target's surface."""
        if target.drive is None or not candidate.knows_any(target.learn.walkable):
            return candidate.path
        name = f"{run.target}_{candidate.shape_digest}_{run.seed}{ENDING}"
        path = self.out / "drove" / name
        if not path.is_file():
            (source,) = target.drive.sources.values()
            config = self._resolve(target.drive, run, candidate, source.fraction_range)
            trainer = Trainer(config, starting_network(config, None))
            trainer.run(self.out / "run", lambda network, knowledge: {}, lambda step, losses: None)
            save_weights(path, trainer.average, trainer.knowledge)
        return path
