"""Settings of a training run of a network."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.experiment.config import was
from drive2walk.experiment.errors import ConfigError, DataError, unknown_name
from drive2walk.perception.network.network import NetworkConfig
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.batches.pixel_weights import PixelWeightConfig
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.distillation.network_inputs import INPUTS
from drive2walk.perception.training.freezing import parse_freeze
from drive2walk.robot.surfaces import DRIVABLE, surface_ids

# Named configs of training runs and of studies.
CONFIGS = Path(__file__).parents[1] / "configs"
# Power of the decay of the learning rate, as in the DeepLab papers.
POLY_POWER = 0.9
PRECISIONS = ("bfloat16", "float32")
DEVICES = ("cpu", "cuda")


@dataclasses.dataclass(frozen=True)
class NetworkTrainingConfig:
    """A training run.

    Attributes:
        sources: Datasets by the name of the option that gives their folder.
        input_size: Width and height of the network's input; larger images are shrunk to its area.
        enlarge: Whether smaller images are enlarged to that area.
        walkable: Surfaces that the result calls walkable.
        inputs: Input of the network: "camera", or "camera+depth" for a teacher, which is never
            deployed.
        size: Height and width of a training example.
        init: Released weights or a file to start from; None starts from scratch.
        inherit: Surface of the start that each new surface copies its weights from.
        freeze: Part of the trunk that does not learn: "none", "trunk", or "stages:N" for the first
            N stages.
        network: Shape of the network.
        augmentation: Ranges of the random changes of images.
        class_weight_power: Power of the class weights. 1 is that of ENet; a smaller one gives
            fewer false detections of rare classes and more missed ones.
        iou_weight: Weight of the Lovász-softmax loss beside the cross-entropy; 0 leaves it out.
        pixel_weights: Pixels that count more in the surface loss.
        steps: Number of steps.
        warmup_steps: Number of steps with a rising learning rate.
        learning_rate: Highest learning rate.
        weight_decay: Weight decay of AdamW.
        depth_weight: Weight of the depth loss; 0 leaves it out.
        teacher: Released weights or a file of a teacher, whose soft labels are learned as well.
        teacher_weight: Weight of the loss against the soft labels.
        teacher_temperature: Temperature of the soft labels.
        precision: Arithmetic of the network, "bfloat16" or "float32"; weights stay float32.
        coarse_fraction: Fraction of the steps, at the start, with twice as many examples of half
            the size. A coarse step is cheaper and shows more examples: it teaches what surfaces
            look like, and the later steps teach where they end.
        ema_decay: Decay of the moving average of the weights.
        checkpoint_every: Number of steps between checkpoints.
        threads: Number of CPU threads for arithmetic.
        device: Device that learns, "cpu" or "cuda".
        workers: Number of processes that make batches in advance.
        images_on_device: Whether the device holds all training images and makes the batches,
            which is faster on a GPU; the workers then only read the images at the start.
        seed: Seed of weights, order and augmentation.
    """

    sources: dict[str, SourceConfig]
    input_size: tuple[int, int]
    enlarge: bool = False
    walkable: tuple[str, ...] = DRIVABLE
    inputs: str = dataclasses.field(default="camera", metadata=was("sees"))
    size: tuple[int, int] = (224, 320)
    init: str | None = None
    inherit: dict[str, str] = dataclasses.field(default_factory=dict)
    freeze: str = "none"
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    augmentation: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    class_weight_power: float = dataclasses.field(default=1.0, metadata=was("balance"))
    iou_weight: float = dataclasses.field(default=0.0, metadata=was("overlap_weight"))
    pixel_weights: PixelWeightConfig = dataclasses.field(
        default_factory=PixelWeightConfig, metadata=was("emphasis")
    )
    steps: int = 4000
    warmup_steps: int = 200
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    depth_weight: float = 0.5
    teacher: str | None = None
    teacher_weight: float = 1.0
    teacher_temperature: float = dataclasses.field(default=2.0, metadata=was("temperature"))
    precision: str = "bfloat16"
    coarse_fraction: float = dataclasses.field(default=0.5, metadata=was("coarse_share"))
    ema_decay: float = dataclasses.field(default=0.998, metadata=was("ema"))
    checkpoint_every: int = 250
    threads: int = 1
    device: str = "cpu"
    workers: int = 1
    images_on_device: bool = dataclasses.field(default=False, metadata=was("hold_images"))
    seed: int = 0

    def __post_init__(self) -> None:
        """Check settings that would otherwise fail after minutes of training.

        Raises:
            ConfigError: A setting is unknown or out of range; the message names it.
        """
        if self.precision not in PRECISIONS:
            raise ConfigError(unknown_name("precision", self.precision, PRECISIONS))
        if self.device not in DEVICES:
            raise ConfigError(unknown_name("device", self.device, DEVICES))
        if self.inputs not in INPUTS:
            raise ConfigError(unknown_name("inputs", self.inputs, INPUTS))
        parse_freeze(self.freeze)
        try:
            surface_ids([*self.walkable, *self.inherit, *self.inherit.values()])
        except DataError as error:
            raise ConfigError(str(error)) from error
        if min(self.steps, self.checkpoint_every, self.threads, self.workers, *self.size) < 1:
            raise ConfigError(
                "steps, checkpoint_every, threads, workers and size must be at least 1."
            )
        multiple = 4 if self.coarse_fraction > 0 else 2
        if any(side % multiple for side in self.size):
            raise ConfigError(
                f"size: got {list(self.size)}; both must be multiples of {multiple}, because the "
                "network predicts squares of 2x2 pixels, and coarse examples have half the size."
            )
        if self.teacher_temperature <= 0:
            raise ConfigError(
                f"teacher_temperature: got {self.teacher_temperature}, it must be above 0."
            )


def learning_rate(config: NetworkTrainingConfig, step: int) -> float:
    """Return the learning rate of a step: a linear warm-up, then a polynomial decay to 0."""
    warmup = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    return config.learning_rate * warmup * (1 - step / config.steps) ** POLY_POWER
