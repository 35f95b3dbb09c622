"""The transfer study: does a network that drove learn to walk from fewer labels?

Every run has a twin: the same shape from scratch, the same images, the same steps, the same seed.
On a target whose surface a driving network has been told (pavement in street images), the start
is a network of the same shape that is first taught to drive here, on other images of the same
dataset, whose labels don't tell that surface: its pixels and a margin around them are
unlabelled, so it is neither learned nor learned as "not road". Which images drive and which are
labelled for walking is drawn anew by each seed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from drive2walk.experiment.config import load_config, save_config
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.experiment.tables import RunTable
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import ENDING, Knowledge, save_weights
from drive2walk.perception.studies.candidate import Candidate
from drive2walk.perception.studies.small_copy import small_copy
from drive2walk.perception.training.config import TrainConfig
from drive2walk.perception.training.train import Trainer
from drive2walk.perception.training.transfer import starting_network
from drive2walk.robot.surfaces import surface_ids

KEYS = ("target", "trunk", "start", "weights", "fraction", "seed", "steps")
SCORES = ("walkable_iou", "boundary_iou", "false_walkable_rate")
VALUES = ("images", *SCORES, "minutes")
DROVE, SCRATCH = "drove", "scratch"


@dataclasses.dataclass(frozen=True)
class TargetConfig:
    """A kind of ground to learn, and how it is learned.

    Attributes:
        dataset: how its folder is laid out.
        train_images: how many of the training images are used at most, evenly spread.
        val_images: likewise of the validation images.
        width: of the small copies that the runs read, in pixels.
        root: the dataset's folder.
        learn: a run on labels of the target; its one source's ``share`` holds all of the labels.
        drive: a run that teaches a network to drive first; None where the weights can be used
            as they are.
    """

    dataset: str
    learn: TrainConfig
    drive: TrainConfig | None = None
    train_images: int = 400
    val_images: int = 60
    width: int = 192
    root: Path | None = None


class Run(NamedTuple):
    """One row of the study; ``weights`` is a short digest of the file or shape it starts from."""

    target: str
    trunk: str
    start: str
    weights: str
    fraction: float
    seed: int
    steps: int


class Study:
    """All runs of some targets, candidates, fractions and seeds; it goes on where it stopped."""

    def __init__(
        self,
        targets: dict[str, TargetConfig],
        candidates: list[Candidate],
        fractions: list[float],
        seeds: int,
        out: Path,
    ) -> None:
        """Copy the data small and read what has been done.

        Args:
            targets: by name, each with its root.
            candidates: networks that drove.
            fractions: shares of the labels, each above 0 and at most 1.
            seeds: repetitions.
            out: the study's folder.

        Raises:
            ConfigError: a fraction or the number of seeds can't be; ``out`` holds another study.
            DataError: a dataset can't be read.
        """
        if not all(0 < fraction <= 1 for fraction in fractions) or not fractions or seeds < 1:
            raise ConfigError("give fractions above 0 and at most 1, and at least 1 seed.")
        self.targets, self.candidates = targets, {c.name: c for c in candidates}
        if len(self.candidates) < len(candidates):
            raise ConfigError(
                f"two of the networks share a file name: {', '.join(c.name for c in candidates)}. "
                "The study's rows go by it: copy one to another name."
            )
        for name, target in targets.items():
            _require_same(target, out / f"{name}.yaml", out)
        self.fractions, self.seeds, self.out = sorted(set(fractions)), seeds, out
        self.table = RunTable(out / "study.csv", KEYS, VALUES)
        self._copies = {name: self._copy(name) for name in targets}
        for name, target in targets.items():
            save_config(target, out / f"{name}.yaml")
        self._validation = {n: open_dataset("folder", c, "val") for n, c in self._copies.items()}

    def _copy(self, name: str) -> Path:
        target = self.targets[name]
        root = Path(str(target.root))
        parts = {s: open_dataset(target.dataset, root, s) for s in ("train", "val")}
        if not set(surface_ids(target.learn.walkable)) & set(parts["train"].labelled):
            raise DataError(
                f"'{root}' names none of {', '.join(target.learn.walkable)} among other surfaces. "
                "The study needs masks that tell surfaces apart."
            )
        counts = {"train": target.train_images, "val": target.val_images}
        return small_copy(parts, counts, target.width, self.out / "data" / name)

    def runs(self) -> list[Run]:
        """Return every run, seed by seed, so that a study cut short still compares twins."""
        return [
            Run(
                target,
                candidate.name,
                start,
                _digest(candidate.path) if start == DROVE else _shape_digest(candidate.network),
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

    def do(self, run: Run, progress: Callable[[int], None] = lambda step: None) -> None:
        """Train and score ``run`` and add its row, unless that has been done."""
        if self.table.find(**run._asdict()) is not None:
            return
        target, candidate = self.targets[run.target], self.candidates[run.trunk]
        config = self._learn(run, candidate)
        init = self._start(run, target, candidate) if run.start == DROVE else None
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

    def _learn(self, run: Run, candidate: Candidate) -> TrainConfig:
        learn = self.targets[run.target].learn
        (source,) = learn.sources.values()
        first, last = source.share
        share = (first, first + run.fraction * (last - first))
        return self._resolved(learn, run, candidate, share)

    def _resolved(
        self, config: TrainConfig, run: Run, candidate: Candidate, share: tuple[float, float]
    ) -> TrainConfig:
        ((name, source),) = config.sources.items()
        placed = dataclasses.replace(source, root=self._copies[run.target], share=share)
        return dataclasses.replace(
            config,
            sources={name: placed},
            network=candidate.network,
            seed=run.seed,
            checkpoint_every=config.steps,
        )

    def _start(self, run: Run, target: TargetConfig, candidate: Candidate) -> Path:
        """Return weights that drove and were never told the target's surface."""
        if target.drive is None or not candidate.knows(target.learn.walkable):
            return candidate.path
        name = f"{run.target}_{_shape_digest(candidate.network)}_{run.seed}{ENDING}"
        path = self.out / "drove" / name
        if not path.is_file():
            (source,) = target.drive.sources.values()
            config = self._resolved(target.drive, run, candidate, source.share)
            trainer = Trainer(config, starting_network(config, None))
            trainer.run(self.out / "run", lambda network, knowledge: {}, lambda step, losses: None)
            save_weights(path, trainer.average, trainer.knowledge)
        return path


def _require_same(target: TargetConfig, path: Path, out: Path) -> None:
    if path.is_file() and load_config(TargetConfig, path, out) != target:
        raise ConfigError(
            f"'{out}' holds a study with other settings (see '{path.name}'). "
            "Go on with the same ones, or give another --out."
        )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _shape_digest(network: NetworkConfig) -> str:
    return hashlib.sha256(repr(network).encode()).hexdigest()[:12]
