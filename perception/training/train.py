"""The trainer of a network, which can resume after an interruption at any moment."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge
from drive2walk.perception.training.averaging import MovingAverage
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.batches.device_images import DeviceImages
from drive2walk.perception.training.batches.pixel_weights import weigh_pixels
from drive2walk.perception.training.batches.training_data import BatchSequence, TrainingData
from drive2walk.perception.training.checkpoint import read_checkpoint, write_checkpoint
from drive2walk.perception.training.config import NetworkTrainingConfig, learning_rate
from drive2walk.perception.training.distillation.network_inputs import INPUTS
from drive2walk.perception.training.distillation.teacher import Teacher
from drive2walk.perception.training.freezing import freeze, frozen_modules
from drive2walk.perception.training.losses.losses import class_weights
from drive2walk.perception.training.losses.objective import Objective
from drive2walk.robot.surfaces import surface_ids


class Trainer:
    """The state of a run: network, moving average, optimizer, step and curve.

    Attributes:
        network: Network that learns.
        data: Training batches.
        step: Number of completed steps.
        curve: Step, losses and validation results at each checkpoint.
        minutes: Wall-clock time of the training, over all resumes.
    """

    def __init__(
        self, config: NetworkTrainingConfig, network: Network, teacher: Teacher | None = None
    ) -> None:
        """Open the data and prepare the network.

        Args:
            config: Settings of the run.
            network: Network to train, in place.
            teacher: Teacher whose soft labels are learned, or None.

        Raises:
            ConfigError: No source has a folder, the trunk has too few stages to freeze, or this
                machine has no such device.
            DataError: A dataset can't be read.
        """
        torch.set_num_threads(config.threads)
        cv2.setNumThreads(config.threads)
        torch.manual_seed(config.seed)
        self.config = config
        self.device = _open_device(config.device)
        self.data = TrainingData(
            config.sources,
            config.size,
            round(config.coarse_fraction * config.steps),
            config.augmentation,
            config.seed,
            functools.partial(
                weigh_pixels, walkable_ids=surface_ids(config.walkable), config=config.pixel_weights
            ),
        )
        self.network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._average = MovingAverage(self.network, config.ema_decay)
        self.frozen = frozen_modules(network, config.freeze)
        freeze(self.frozen)
        learning = [p for p in network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            learning, lr=config.learning_rate, weight_decay=config.weight_decay
        )
        weights = class_weights(self.data.class_fractions).to(self.device)
        self.objective = Objective(
            config,
            weights**config.class_weight_power,
            bool(self.data.two_way),
            None if teacher is None else teacher.to(self.device),
        )
        self.step = 0
        self.minutes = 0.0
        self.curve: list[dict[str, Any]] = []

    @property
    def average(self) -> Network:
        """The moving average of the network, which is what a run releases."""
        return self._average.network

    @property
    def knowledge(self) -> Knowledge:
        """What the network is trained on."""
        config = self.config
        return Knowledge(
            self.data.surfaces,
            self.data.has_depth and config.depth_weight > 0,
            config.walkable,
            config.input_size,
            rest=bool(self.data.two_way),
            enlarge=config.enlarge,
        )

    def run(
        self,
        out: Path,
        validate: Callable[[Network, Knowledge], dict[str, Any]],
        progress: Callable[[int, dict[str, Tensor]], None],
    ) -> None:
        """Train to the last step, with regular checkpoints.

        Args:
            out: Folder of the run.
            validate: Function of the averaged network and its knowledge, called at each
                checkpoint; its result becomes part of the curve.
            progress: Function of the step and its losses, called after each step. The losses are
                scalars on the device; reading one waits for the device.
        """
        sums: dict[str, Tensor] = {}
        started = time.monotonic()
        for batch in self._batches():
            losses = self._learn(batch)
            self.step += 1
            sums = {key: value + sums.get(key, 0.0) for key, value in losses.items()}
            progress(self.step, losses)
            every = self.config.checkpoint_every
            if self.step % every == 0 or self.step == self.config.steps:
                count = (self.step - 1) % every + 1
                row = {"step": self.step} | {key: s.item() / count for key, s in sums.items()}
                self.curve.append(row | validate(self.average, self.knowledge))
                now = time.monotonic()
                self.minutes += (now - started) / 60
                sums, started = {}, now
                self.save(out)

    def save(self, out: Path) -> None:
        """Write the whole state to one file in the folder of the run."""
        state = {"step": self.step, "minutes": self.minutes, "curve": self.curve}
        write_checkpoint(out, self._networks, self.optimizer, state)

    def resume(self, out: Path) -> None:
        """Load the state from the folder of the run.

        Raises:
            WeightsError: There is no checkpoint, or it belongs to a run of another shape.
        """
        state = read_checkpoint(out, self._networks, self.optimizer)
        self.step, self.minutes, self.curve = state["step"], state["minutes"], state["curve"]

    @property
    def _networks(self) -> dict[str, nn.Module]:
        return {"network": self.network, "average": self.average}

    def _batches(self) -> Iterator[Batch]:
        """Yield the batches of the remaining steps, on the device."""
        config, remaining = self.config, range(self.step, self.config.steps)
        if config.images_on_device:
            ids = surface_ids(config.walkable)
            images = DeviceImages(self.data, ids, config.pixel_weights, self.device, config.workers)
            yield from map(images.batch, remaining)
            return
        # Processes make the next batches while the network learns from this one.
        loader = DataLoader(
            BatchSequence(self.data, remaining),
            batch_size=None,
            num_workers=config.workers,
            pin_memory=self.device.type == "cuda",
        )
        for batch in loader:
            yield batch.to_device(self.device)

    def _learn(self, batch: Batch) -> dict[str, Tensor]:
        """Learn from a batch and return the losses."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, self.step)
        self.network.train()
        freeze(self.frozen)
        x = INPUTS[self.config.inputs](batch.rgb, batch.depth)
        x = x.contiguous(memory_format=torch.channels_last)
        with self.objective.autocast(self.device):
            output = self.network(x)
        losses = self.objective.losses(batch, output, self.step)
        self.optimizer.zero_grad()
        self.objective.total(losses).backward()
        self.optimizer.step()
        self._average.update(self.network, self.step)
        # Reading a number here would make a GPU wait instead of preparing the next step.
        return {key: value.detach() for key, value in losses.items()}


def _open_device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise ConfigError("device: PyTorch finds no CUDA GPU on this machine. Give 'cpu'.")
    # Sizes do not change during a run, so it pays to search for the fastest convolution.
    torch.backends.cudnn.benchmark = name == "cuda"
    return torch.device(name)
