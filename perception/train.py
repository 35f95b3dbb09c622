"""The one trainer: surfaces and depth from labelled images, resumable at any moment."""

from __future__ import annotations

import copy
import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import torch
from torch.utils.data import DataLoader

from perception.augment import AugmentConfig
from perception.losses import balance, depth_loss, surface_loss
from perception.network import Network, NetworkConfig
from perception.surfaces import DRIVABLE, surface_ids
from perception.training_data import Batch, BatchesAhead, SourceConfig, TrainingData
from perception.weights import Knowledge, load_state, read_tensors, write_tensors
from robot.errors import ConfigError, DataError, WeightsError, unknown_name

CHECKPOINT = "checkpoint.safetensors"
# Learning rate falls as (1 - step / steps) to this power, as in the DeepLab papers.
POLY_POWER = 0.9
PRECISIONS = ("bfloat16", "float32")


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """A training run.

    Attributes:
        sources: the datasets by the name that the command line gives their folders.
        init: released weights or a file to start from; None starts from scratch.
        inherit: surface: the surface whose row of the surface head it starts from.
        input_size: width and height up to which images are fed to the result unshrunk.
        walkable: what the result calls walkable.
        size: height and width of a training example.
        precision: "bfloat16" or "float32" arithmetic in the network; weights stay float32.
        coarse_share: share of the steps, at the start, that see twice as many images of half the
            size. A coarse step costs less and shows more: what things look like is learned
            there, where exactly they end in the rest.
        ema: share of the averaged weights that a step keeps.
    """

    sources: dict[str, SourceConfig]
    input_size: tuple[int, int]
    walkable: tuple[str, ...] = DRIVABLE
    size: tuple[int, int] = (224, 320)
    init: str | None = None
    inherit: dict[str, str] = dataclasses.field(default_factory=dict)
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    augmentation: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    steps: int = 4000
    warmup_steps: int = 200
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    depth_weight: float = 0.5
    precision: str = "bfloat16"
    coarse_share: float = 0.5
    ema: float = 0.998
    checkpoint_every: int = 250
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Check what would otherwise fail only after minutes of training."""
        if self.precision not in PRECISIONS:
            raise ConfigError(unknown_name("precision", self.precision, PRECISIONS))
        try:
            surface_ids([*self.walkable, *self.inherit, *self.inherit.values()])
        except DataError as error:
            raise ConfigError(str(error)) from error
        if min(self.steps, self.checkpoint_every, self.threads, *self.size) < 1:
            raise ConfigError("steps, checkpoint_every, threads and size must be at least 1.")


class Trainer:
    """A run's state: network, averaged network, optimizer, step and curve.

    Attributes:
        network: the network that learns.
        average: its exponential moving average, which is what gets released.
        curve: one row a checkpoint: step, losses, and what ``validate`` returned.
        minutes: wall-clock spent, over all resumes.
    """

    def __init__(self, config: TrainConfig, network: Network) -> None:
        """Open the data and prepare to train ``network``.

        Raises:
            ConfigError: no source has a folder.
            DataError: a dataset can't be read.
        """
        torch.set_num_threads(config.threads)
        cv2.setNumThreads(config.threads)
        torch.manual_seed(config.seed)
        self.config = config
        self.data = TrainingData(
            config.sources,
            config.size,
            round(config.coarse_share * config.steps),
            config.augmentation,
            config.seed,
        )
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.class_weights = balance(self.data.shares)
        self.step = 0
        self.minutes = 0.0
        self.curve: list[dict[str, Any]] = []

    @property
    def knowledge(self) -> Knowledge:
        """What the network is being taught."""
        config = self.config
        taught = (self.data.surfaces, self.data.has_depth)
        return Knowledge(*taught, config.walkable, config.input_size)

    def run(
        self,
        out: Path,
        validate: Callable[[Network, Knowledge], dict[str, Any]],
        progress: Callable[[int, dict[str, float]], None],
    ) -> None:
        """Train to the last step, with a checkpoint in ``out`` every so often.

        Args:
            out: the run's folder.
            validate: called with the averaged network at each checkpoint.
            progress: called after each step with its number and losses.
        """
        sums: dict[str, float] = {}
        started = time.monotonic()
        # A process of its own makes the next batches while this one learns from the last.
        steps = BatchesAhead(self.data, range(self.step, self.config.steps))
        for batch in DataLoader(steps, batch_size=None, num_workers=1):
            losses = self._step(batch)
            self.step += 1
            sums = {key: sums.get(key, 0.0) + value for key, value in losses.items()}
            progress(self.step, losses)
            every = self.config.checkpoint_every
            if self.step % every == 0 or self.step == self.config.steps:
                count = (self.step - 1) % every + 1
                row = {"step": self.step} | {key: s / count for key, s in sums.items()}
                self.curve.append(row | validate(self.average, self.knowledge))
                now = time.monotonic()
                self.minutes += (now - started) / 60
                sums, started = {}, now
                self.save(out)

    def _step(self, batch: Batch) -> dict[str, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, self.step)
        self.network.train()
        x = batch.rgb.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.config.precision == "bfloat16"):
            output = self.network(x)
        # The heads speak for squares of two pixels a side; over the steps each corner is asked.
        corner = (..., slice(self.step % 2, None, 2), slice(self.step // 2 % 2, None, 2))
        surface = surface_loss(
            output.surfaces.float(), batch.surfaces[corner], batch.told_apart, self.class_weights
        )
        depth = depth_loss(output.log_depth.float(), batch.depth[corner])
        loss = surface + self.config.depth_weight * depth
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self._update_average()
        return {"surface_loss": surface.item(), "depth_loss": depth.item()}

    def _update_average(self) -> None:
        # Young averages forget faster, or the random start would weigh for thousands of steps.
        keep = min(self.config.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            pairs = zip(
                self.average.state_dict().values(), self.network.state_dict().values(), strict=True
            )
            for average, current in pairs:
                if average.is_floating_point():
                    average.lerp_(current, 1 - keep)
                else:
                    average.copy_(current)

    def save(self, out: Path) -> None:
        """Write the whole state to one file, so that a kill can't leave half of it."""
        tensors = {f"network.{k}": v for k, v in self.network.state_dict().items()}
        tensors |= {f"average.{k}": v for k, v in self.average.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{key}": value for key, value in state.items()}
        state = {"step": self.step, "minutes": self.minutes, "curve": self.curve}
        write_tensors(out / CHECKPOINT, tensors, {"state": json.dumps(state)})

    def resume(self, out: Path) -> None:
        """Continue from the checkpoint in ``out``.

        Raises:
            WeightsError: there is none, or it belongs to a run of another shape.
        """
        path = out / CHECKPOINT
        if not path.is_file():
            raise WeightsError(f"no '{path}' to resume from. Start the run without --resume.")
        tensors, metadata = read_tensors(path)
        load_state(self.network, _under("network.", tensors), path)
        load_state(self.average, _under("average.", tensors), path)
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in _under("optimizer.", tensors).items():
            index, key = name.split(".")
            state.setdefault(int(index), {})[key] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        saved = json.loads(metadata["state"])
        self.step, self.minutes, self.curve = saved["step"], saved["minutes"], saved["curve"]


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the learning rate of a step: a linear warm-up, then a polynomial fall to 0."""
    warmup = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    return config.learning_rate * warmup * (1 - step / config.steps) ** POLY_POWER


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
