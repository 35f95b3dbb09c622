"""A training run's settings."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.experiment.errors import ConfigError, DataError, unknown_name
from drive2walk.perception.network.network import NetworkConfig
from drive2walk.perception.training.augmentation.augment import AugmentConfig
from drive2walk.perception.training.batches.training_data import SourceConfig
from drive2walk.perception.training.distillation.privileged import INPUTS
from drive2walk.perception.training.freezing import parse_freeze
from drive2walk.perception.training.losses.pixel_weights import EmphasisConfig
from drive2walk.robot.surfaces import DRIVABLE, surface_ids

# Named configs, of training runs and of studies.
CONFIGS = Path(__file__).parents[1] / "configs"
# Learning rate falls as (1 - step / steps) to this power, as in the DeepLab papers.
POLY_POWER = 0.9
PRECISIONS = ("bfloat16", "float32")
DEVICES = ("cpu", "cuda")


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """A training run.

    Attributes:
        sources: the datasets by the name that the command line gives their folders.
        init: released weights or a file to start from; None starts from scratch.
        inherit: surface: the surface whose row of the surface head it starts from.
        freeze: what of the trunk stays as it is: "none", "trunk", or "stages:N", the first N.
        input_size: width and height up to which images are fed to the result unshrunk.
        enlarge: whether smaller images are enlarged to that area for the result.
        walkable: what the result calls walkable.
        balance: power of the class weights. 1 is ENet's; at less than that, rare classes are
            claimed less often where they aren't, and missed more often.
        overlap_weight: weight of the Lovász-softmax loss beside the cross-entropy; 0 leaves it out.
        emphasis: where a mistake of the surfaces costs more.
        sees: "camera", or "camera+depth" for a teacher that is never deployed.
        size: height and width of a training example.
        precision: "bfloat16" or "float32" arithmetic in the network; weights stay float32.
        coarse_share: share of the steps, at the start, that see twice as many images of half the
            size. A coarse step costs less and shows more: what things look like is learned
            there, where exactly they end in the rest.
        teacher: released weights or a file whose soft labels are learned beside the labels.
        teacher_weight: weight of the soft labels.
        temperature: by which the teacher's and the student's logits are divided.
        ema: share of the averaged weights that a step keeps.
        device: where the network learns: "cpu" or "cuda".
        workers: processes that make batches ahead of time.
        hold_images: whether the device holds every training image and makes the batches itself;
            the workers then only read them at the start. For a GPU, which is quicker at it.
    """

    sources: dict[str, SourceConfig]
    input_size: tuple[int, int]
    enlarge: bool = False
    walkable: tuple[str, ...] = DRIVABLE
    sees: str = "camera"
    size: tuple[int, int] = (224, 320)
    init: str | None = None
    inherit: dict[str, str] = dataclasses.field(default_factory=dict)
    freeze: str = "none"
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    augmentation: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    balance: float = 1.0
    overlap_weight: float = 0.0
    emphasis: EmphasisConfig = dataclasses.field(default_factory=EmphasisConfig)
    steps: int = 4000
    warmup_steps: int = 200
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    depth_weight: float = 0.5
    teacher: str | None = None
    teacher_weight: float = 1.0
    temperature: float = 2.0
    precision: str = "bfloat16"
    coarse_share: float = 0.5
    ema: float = 0.998
    checkpoint_every: int = 250
    threads: int = 1
    device: str = "cpu"
    workers: int = 1
    hold_images: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Check what would otherwise fail only after minutes of training."""
        if self.precision not in PRECISIONS:
            raise ConfigError(unknown_name("precision", self.precision, PRECISIONS))
        if self.device not in DEVICES:
            raise ConfigError(unknown_name("device", self.device, DEVICES))
        if self.sees not in INPUTS:
            raise ConfigError(unknown_name("input", self.sees, INPUTS))
        parse_freeze(self.freeze)
        try:
            surface_ids([*self.walkable, *self.inherit, *self.inherit.values()])
        except DataError as error:
            raise ConfigError(str(error)) from error
        if min(self.steps, self.checkpoint_every, self.threads, self.workers, *self.size) < 1:
            raise ConfigError(
                "steps, checkpoint_every, threads, workers and size must be at least 1."
            )
        multiple = 4 if self.coarse_share > 0 else 2
        if any(side % multiple for side in self.size):
            raise ConfigError(
                f"size: got {list(self.size)}; both must be multiples of {multiple}, for the heads "
                "speak for squares of 2 pixels, in coarse examples of 4."
            )
        if self.temperature <= 0:
            raise ConfigError(f"temperature: got {self.temperature}, it must be above 0.")


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the learning rate of a step: a linear warm-up, then a polynomial fall to 0."""
    warmup = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    return config.learning_rate * warmup * (1 - step / config.steps) ** POLY_POWER
