"""Settings of a distillation, and the training runs that they stand for."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.perception.network.trunks.registry import TRUNKS
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.robot.surfaces import SURFACES

TEACHER, PLAIN, STUDENT = "teacher", "plain", "student"


@dataclasses.dataclass(frozen=True)
class DistillConfig:
    """A distillation.

    Attributes:
        learn: Settings of the teacher and the plain network. The ``fraction_range`` of its only
            source selects the labelled images.
        sizes: Names of trunks; each is distilled separately.
        unlabelled: Number of unlabelled images for each labelled one in the student's batches.
        seeds: Number of repetitions.
        val_images: Greatest number of validation images, evenly spaced.
    """

    learn: NetworkTrainingConfig
    sizes: tuple[str, ...]
    unlabelled: int = 3
    seeds: int = 3
    val_images: int = 100

    def __post_init__(self) -> None:
        """Check that there is something to compare and exactly one source.

        Raises:
            ConfigError: A number is below 1, a size is unknown, or there is not one source.
        """
        if min(self.seeds, self.val_images, self.unlabelled, len(self.sizes)) < 1:
            raise ConfigError(
                "give at least 1 size, 1 seed, 1 validation image, and 1 unlabelled image for each "
                "labelled one."
            )
        for size in self.sizes:
            if size not in TRUNKS:
                raise ConfigError(unknown_name("size", size, TRUNKS))
        if len(self.learn.sources) != 1:
            raise ConfigError(f"sources: got {len(self.learn.sources)}; a distillation has one.")


class DistillationRun(NamedTuple):
    """One network to train.

    Attributes:
        size: Name of the trunk.
        seed: Seed of the run.
        role: TEACHER, PLAIN or STUDENT.
    """

    size: str
    seed: int
    role: str


def run_config(config: DistillConfig, run: DistillationRun) -> NetworkTrainingConfig:
    """Return the training settings of one network."""
    network = dataclasses.replace(config.learn.network, trunk=run.size)
    learn = dataclasses.replace(config.learn, network=network, seed=run.seed)
    if run.role == TEACHER:
        return dataclasses.replace(learn, inputs="camera+depth")
    if run.role == PLAIN:
        return learn
    ((name, source),) = learn.sources.items()
    unlabelled = dataclasses.replace(
        source,
        per_batch=config.unlabelled * source.per_batch,
        fraction_range=(0.0, 1.0),
        hidden=SURFACES,
    )
    return dataclasses.replace(learn, sources={name: source, f"{name}_unlabelled": unlabelled})
