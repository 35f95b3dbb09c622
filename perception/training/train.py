"""The one trainer: surfaces and depth from labelled images, resumable at any moment."""

from __future__ import annotations

import copy
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
from drive2walk.perception.network.network import Network, Output
from drive2walk.perception.network.weights import Knowledge
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.batches.device_images import HeldImages
from drive2walk.perception.training.batches.training_data import BatchesAhead, TrainingData
from drive2walk.perception.training.checkpoint import read_checkpoint, write_checkpoint
from drive2walk.perception.training.config import TrainConfig, learning_rate
from drive2walk.perception.training.distillation.privileged import INPUTS
from drive2walk.perception.training.distillation.teacher import Teacher
from drive2walk.perception.training.freezing import freeze, frozen_modules
from drive2walk.perception.training.losses.losses import (
    balance,
    depth_loss,
    surface_loss,
    teacher_loss,
    walkable_loss,
)
from drive2walk.perception.training.losses.pixel_weights import emphasis
from drive2walk.perception.training.losses.soft_iou import overlap_loss
from drive2walk.robot.surfaces import surface_ids


class Trainer:
    """A run's state: network, averaged network, optimizer, step and curve.

    Attributes:
        network: the network that learns.
        average: its exponential moving average, which is what gets released.
        curve: one row a checkpoint: step, losses, and what ``validate`` returned.
        minutes: wall-clock spent, over all resumes.
    """

    def __init__(
        self, config: TrainConfig, network: Network, teacher: Teacher | None = None
    ) -> None:
        """Open the data and prepare to train ``network``, with a teacher's soft labels if given.

        Raises:
            ConfigError: no source has a folder, the trunk has no such stages to freeze, or this
                machine has no such device.
            DataError: a dataset can't be read.
        """
        torch.set_num_threads(config.threads)
        cv2.setNumThreads(config.threads)
        torch.manual_seed(config.seed)
        self.config = config
        self.device = _device(config.device)
        self.data = TrainingData(
            config.sources,
            config.size,
            round(config.coarse_share * config.steps),
            config.augmentation,
            config.seed,
            functools.partial(
                emphasis, walkable_ids=surface_ids(config.walkable), config=config.emphasis
            ),
        )
        self.network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.teacher = None if teacher is None else teacher.to(self.device)
        self.frozen = frozen_modules(network, config.freeze)
        freeze(self.frozen)
        learning = [p for p in network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            learning, lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.class_weights = balance(self.data.shares).to(self.device) ** config.balance
        self._weights = {
            "depth_loss": config.depth_weight,
            "overlap_loss": config.overlap_weight,
            "teacher_loss": config.teacher_weight,
        }
        self.step = 0
        self.minutes = 0.0
        self.curve: list[dict[str, Any]] = []

    @property
    def knowledge(self) -> Knowledge:
        """What the network is being taught."""
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
        """Train to the last step, with a checkpoint in ``out`` every so often.

        Args:
            out: the run's folder.
            validate: called with the averaged network at each checkpoint.
            progress: called after each step with its number and losses, each a scalar on the
                device: whoever reads one waits until the device has come so far.
        """
        sums: dict[str, Tensor] = {}
        started = time.monotonic()
        for batch in self._batches():
            losses = self._step(batch)
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

    def _batches(self) -> Iterator[Batch]:
        """Give the batches that are left, on the device."""
        config, left = self.config, range(self.step, self.config.steps)
        if config.hold_images:
            ids = surface_ids(config.walkable)
            held = HeldImages(self.data, ids, config.emphasis, self.device, config.workers)
            yield from map(held.batch, left)
            return
        # Processes of their own make the next batches while this one learns from the last.
        loader = DataLoader(
            BatchesAhead(self.data, left),
            batch_size=None,
            num_workers=config.workers,
            pin_memory=self.device.type == "cuda",
        )
        for batch in loader:
            yield batch.on(self.device)

    def _step(self, batch: Batch) -> dict[str, Tensor]:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, self.step)
        self.network.train()
        freeze(self.frozen)
        x = INPUTS[self.config.sees](batch.rgb, batch.depth)
        x = x.contiguous(memory_format=torch.channels_last)
        with self._arithmetic():
            output = self.network(x)
        losses = self._losses(batch, output)
        parts = [self._weights.get(key, 1.0) * value for key, value in losses.items()]
        loss = torch.stack(parts).sum()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self._update_average()
        # No number is read here: a GPU computes one step while the next is being prepared.
        return {key: value.detach() for key, value in losses.items()}

    def _losses(self, batch: Batch, output: Output) -> dict[str, Tensor]:
        # The heads speak for squares of two pixels a side; over the steps each corner is asked.
        corner = (..., slice(self.step % 2, None, 2), slice(self.step // 2 % 2, None, 2))
        logits = output.surfaces.float()
        told = batch.told_apart
        losses = {
            "surface_loss": surface_loss(
                logits, batch.surfaces[corner], told, self.class_weights, batch.emphasis[corner]
            )
        }
        if self.config.depth_weight > 0:
            log_depth = output.log_depth.float()
            losses["depth_loss"] = depth_loss(log_depth, batch.depth[corner])
        if self.config.overlap_weight > 0:
            losses["overlap_loss"] = overlap_loss(logits, batch.surfaces[corner], told)
        if self.data.two_way:
            losses["walkable_loss"] = walkable_loss(logits, batch.walkable[corner], batch.two_way)
        if self.teacher is not None:
            teacher = self.teacher
            with self._arithmetic():
                said = teacher(batch)
            losses["teacher_loss"] = teacher_loss(
                logits, said, teacher.among, teacher.rest, self.config.temperature
            )
        return losses

    def _arithmetic(self) -> torch.autocast:
        half = self.config.precision == "bfloat16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=half)

    def _update_average(self) -> None:
        # Young averages forget faster, or the random start would weigh for thousands of steps.
        keep = min(self.config.ema, (1 + self.step) / (10 + self.step))
        pairs = list(
            zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True)
        )
        numbers = [pair for pair in pairs if pair[0].is_floating_point()]
        averages, currents = [a for a, _ in numbers], [c for _, c in numbers]
        with torch.no_grad():
            # One call for all of them: a GPU would wait longer for 400 than it takes to compute.
            torch._foreach_lerp_(averages, currents, 1 - keep)
            for average, current in pairs:
                if not average.is_floating_point():
                    average.copy_(current)

    def save(self, out: Path) -> None:
        """Write the whole state to one file in ``out``."""
        state = {"step": self.step, "minutes": self.minutes, "curve": self.curve}
        write_checkpoint(out, self._networks, self.optimizer, state)

    def resume(self, out: Path) -> None:
        """Continue from the checkpoint in ``out``.

        Raises:
            WeightsError: there is none, or it belongs to a run of another shape.
        """
        state = read_checkpoint(out, self._networks, self.optimizer)
        self.step, self.minutes, self.curve = state["step"], state["minutes"], state["curve"]

    @property
    def _networks(self) -> dict[str, nn.Module]:
        return {"network": self.network, "average": self.average}


def _device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise ConfigError("device: PyTorch finds no CUDA GPU on this machine. Give 'cpu'.")
    # Of the ways to compute a convolution the quickest is looked for; sizes stay as they are.
    torch.backends.cudnn.benchmark = name == "cuda"
    return torch.device(name)
