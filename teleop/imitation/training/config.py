"""Settings of a training run of an arm policy."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.teleop.imitation.actions import REFERENCES, ReferenceName
from drive2walk.teleop.imitation.demonstrations.samples import InputNoise
from drive2walk.teleop.imitation.network import ArmNetworkConfig

CONFIGS = Path(__file__).parents[1] / "configs"
TUNES = ("none", "last", "all")
PRECISIONS = ("bfloat16", "float32")
# Trunk with random weights.
SCRATCH = "scratch"
# Fraction of the time with a rising learning rate.
WARM_UP = 0.03


@dataclasses.dataclass(frozen=True)
class ArmTraining:
    """A training run of an arm policy.

    Attributes:
        budget_min: Time of training in minutes, without the time to see the demonstrations.
        trunk: Perception weights whose trunk the policy sees through: a released name, a
            .safetensors file, or "scratch".
        tune: Part of the trunk that learns as well: "none", its "last" stage, or "all".
        network: Shape of the network.
        reference: Frame of the hands' goals in an action: the "hand" as it was measured, or the
            levelled "base" frame.
        input_noise: Noise of the inputs, and what is hidden.
        batch_size: Number of samples of a step.
        learning_rate: Highest learning rate.
        weight_decay: Weight decay of AdamW.
        ema_decay: Decay of the moving average of the weights, which is what a run gives.
        decay_per_action: Factor by which an action of a chunk counts less than the one before.
        views: Number of views of every image; all but the first are in other light.
        validation_fraction: Fraction of the demonstrations that is kept for validation.
        checkpoint_s: Time between checkpoints, in seconds.
        precision: Arithmetic of the network, "bfloat16" or "float32"; weights stay float32.
        threads: Number of CPU threads for arithmetic.
        workers: Number of processes that see the demonstrations.
        seed: Seed of weights and samples.
    """

    budget_min: float = 20.0
    trunk: str = "walking"
    tune: str = "none"
    network: ArmNetworkConfig = dataclasses.field(default_factory=ArmNetworkConfig)
    reference: ReferenceName = "base"
    input_noise: InputNoise = dataclasses.field(default_factory=InputNoise)
    batch_size: int = 64
    learning_rate: float = 8e-4
    weight_decay: float = 0.02
    ema_decay: float = 0.995
    decay_per_action: float = 0.93
    views: int = 2
    validation_fraction: float = 0.05
    checkpoint_s: float = 60.0
    precision: str = "bfloat16"
    threads: int = 1
    workers: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Check settings that would otherwise fail after minutes.

        Raises:
            ConfigError: A setting is unknown or out of range; the message names it.
        """
        check_seed(self.seed)
        if self.tune not in TUNES:
            raise ConfigError(unknown_name("tune", self.tune, TUNES))
        if self.reference not in REFERENCES:
            raise ConfigError(unknown_name("reference", self.reference, REFERENCES))
        if self.precision not in PRECISIONS:
            raise ConfigError(unknown_name("precision", self.precision, PRECISIONS))
        if self.trunk == SCRATCH and self.tune != "all":
            raise ConfigError("a trunk from scratch sees nothing until it learns: give --tune all.")
        if min(self.batch_size, self.views, self.threads, self.workers) < 1:
            raise ConfigError("batch_size, views, threads and workers must be at least 1.")
        if self.budget_min <= 0 or not 0 < self.decay_per_action <= 1:
            raise ConfigError("budget_min must be above 0, and decay_per_action above 0 up to 1.")
        if not 0 <= self.validation_fraction < 1:
            raise ConfigError(
                f"validation_fraction is {self.validation_fraction}; give 0 or more, below 1."
            )


def compute_learning_rate(config: ArmTraining, elapsed_fraction: float) -> float:
    """Return the learning rate after a fraction of the time: a warm-up, then a half cosine."""
    if elapsed_fraction < WARM_UP:
        return config.learning_rate * max(elapsed_fraction, 0.01 * WARM_UP) / WARM_UP
    gone = min(1.0, (elapsed_fraction - WARM_UP) / (1 - WARM_UP))
    return config.learning_rate * max(0.01, (1 + math.cos(math.pi * gone)) / 2)
