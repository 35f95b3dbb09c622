"""The trainer of an arm policy, which can resume after an interruption at any moment."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from drive2walk.perception.training.averaging import MovingAverage
from drive2walk.perception.training.checkpoint import read_checkpoint, write_checkpoint
from drive2walk.teleop.imitation.demonstrations.samples import Batch, Samples
from drive2walk.teleop.imitation.inputs.image_features import Eye
from drive2walk.teleop.imitation.network import ArmNetwork, ArmOutput
from drive2walk.teleop.imitation.policy import ArmDescription, save_policy
from drive2walk.teleop.imitation.scaling import Scaling
from drive2walk.teleop.imitation.training.config import (
    SCRATCH,
    ArmTraining,
    compute_learning_rate,
)
from drive2walk.teleop.imitation.training.losses import compute_losses, measure_errors

POLICY = "policy.safetensors"
# Moments of the held-out demonstrations that are looked at for validation.
VALIDATION_MOMENTS, VALIDATION_BATCH = 512, 64


@dataclasses.dataclass(frozen=True)
class Learner:
    """What a training run changes.

    Attributes:
        network: Network that learns.
        scaling: Scaling, fitted to the demonstrations.
        eye: Eye, which learns too where the config says so.
    """

    network: ArmNetwork
    scaling: Scaling
    eye: Eye

    @property
    def modules(self) -> nn.ModuleDict:
        """Everything as one module, for averages and checkpoints."""
        return nn.ModuleDict({"network": self.network, "scaling": self.scaling, "eye": self.eye})


# Called with the trainer and either a step's losses or a checkpoint's row of the curve.
Report = Callable[["Trainer", dict[str, float]], None]


class Trainer:
    """The state of a run: network, moving average, optimizer, step and curve.

    Args:
        config: Settings of the run.
        learner: Networks to train, in place.
        samples: Samples to learn from.
        held_out: Samples for validation; None without.

    Attributes:
        step: Number of completed steps.
        elapsed_s: Time of training, over all resumes.
        curve: Losses and validation error at each checkpoint.
    """

    def __init__(
        self, config: ArmTraining, learner: Learner, samples: Samples, held_out: Samples | None
    ) -> None:
        torch.set_num_threads(config.threads)
        self.config, self.learner = config, learner
        self.samples, self._held_out = samples, held_out
        self._modules = learner.modules
        modules: Any = self._modules
        self._average = MovingAverage(modules, config.ema_decay)
        learning = [p for p in self._modules.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            learning, lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.step, self.elapsed_s = 0, 0.0
        self.curve: list[dict[str, Any]] = []

    @property
    def average(self) -> Learner:
        """The moving average, which is what a run gives."""
        modules: Any = self._average.network
        return Learner(modules["network"], modules["scaling"], modules["eye"])

    def run(
        self,
        out: Path,
        description: ArmDescription,
        report: Report,
    ) -> None:
        """Train until the time is over, with regular checkpoints and a policy at each.

        Args:
            out: Folder of the run.
            description: Description of the policy.
            report: Called after each step and after each checkpoint.
        """
        sums: dict[str, float] = {}
        since = saved_s = self.elapsed_s
        count = 0
        try:
            while self.elapsed_s < 60 * self.config.budget_min:
                started = time.monotonic()
                losses = self._learn()
                self.step, count = self.step + 1, count + 1
                self.elapsed_s += time.monotonic() - started
                sums = {key: value + sums.get(key, 0.0) for key, value in losses.items()}
                report(self, losses)
                if self.elapsed_s - saved_s > self.config.checkpoint_s:
                    saved_s = self.elapsed_s
                    means = {key: value / count for key, value in sums.items()}
                    sums, count = {}, 0
                    self._close_interval(out, description, means, report)
        finally:  # also when the user interrupts
            if self.elapsed_s > since:
                means = {key: value / max(count, 1) for key, value in sums.items()}
                self._close_interval(out, description, means, report)

    def resume(self, out: Path) -> None:
        """Load the state from the folder of the run.

        Raises:
            WeightsError: There is no checkpoint, or it belongs to a run of another shape.
        """
        state = read_checkpoint(out, self._networks, self.optimizer)
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        self.curve = state["curve"]

    def validate(self) -> dict[str, float]:
        """Return the averaged network's errors on the held-out demonstrations; nan without any.

        ``validation`` is the scaled error of the actions, ``hands_m`` the mean distance of the
        hands' goals from those of the demonstrator over a chunk, in metres, and ``base_m_s`` the
        mean error of vx and vy, in m/s.
        """
        if self._held_out is None:
            return dict.fromkeys(("validation", "hands_m", "base_m_s"), float("nan"))
        rng = np.random.default_rng(0)
        index = self._held_out.index
        chosen = index[rng.integers(len(index), size=VALIDATION_MOMENTS)]
        average, errors = self.average, []
        for part in np.array_split(chosen, VALIDATION_MOMENTS // VALIDATION_BATCH):
            batch = self._held_out.batch(part, None)
            with torch.no_grad():
                output = self._predict(average, batch)
            mean = output._replace(actions=output.actions.mean(dim=0, keepdim=True))
            scaled = self._compute(mean, average.scaling, batch)["action"]
            restored = average.scaling.restore_actions(mean.actions[0])
            errors.append([float(scaled), *measure_errors(restored, batch.actions)])
        found = np.mean(errors, axis=0).tolist()
        return dict(zip(("validation", "hands_m", "base_m_s"), found, strict=True))

    @property
    def _networks(self) -> dict[str, nn.Module]:
        return {"learner": self._modules, "average": self._average.network}

    def _learn(self) -> dict[str, float]:
        """Learn from a batch and return the losses."""
        config, learner = self.config, self.learner
        rng = np.random.default_rng([config.seed, self.step])
        batch = self.samples.draw(config.batch_size, rng)
        rate = compute_learning_rate(config, self.elapsed_s / (60 * config.budget_min))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        learner.network.train()
        learner.eye.train(config.trunk == SCRATCH)
        torch.manual_seed(hash((config.seed, self.step)) % 2**31)
        losses = self._compute(self._predict(learner, batch), learner.scaling, batch)
        self.optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        nn.utils.clip_grad_norm_(learner.network.parameters(), 1.0)
        self.optimizer.step()
        modules: Any = self._modules
        self._average.update(modules, self.step)
        return {key: float(value.detach()) for key, value in losses.items()}

    def _predict(self, learner: Learner, batch: Batch) -> ArmOutput:
        inputs = batch.inputs._replace(body=learner.scaling.scale_body(batch.inputs.body))
        if batch.images is not None:
            image, closing = (learner.eye(images) for images in batch.images)
            inputs = inputs._replace(image=image, closing=closing)
        if learner.network.training:
            noise = self.config.input_noise.body_noise * torch.randn_like(inputs.body)
            inputs = inputs._replace(body=inputs.body + noise)
        low = self.config.precision == "bfloat16"
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            output = learner.network(inputs)
        return ArmOutput(*(part.float() for part in output))

    def _compute(self, output: ArmOutput, scaling: Scaling, batch: Batch) -> dict[str, Tensor]:
        actions = scaling.scale_actions(batch.actions)
        labels = (batch.stages, batch.progress, batch.done)
        return compute_losses(output, actions, labels, batch.episodes, self.config.decay_per_action)

    def _close_interval(
        self,
        out: Path,
        description: ArmDescription,
        means: dict[str, float],
        report: Report,
    ) -> None:
        """Write a checkpoint and the policy, and add a row to the curve."""
        row = {"step": self.step, "minutes": self.elapsed_s / 60, **means}
        row |= self.validate()
        self.curve.append(row)
        state = {"step": self.step, "elapsed_s": self.elapsed_s, "curve": self.curve}
        write_checkpoint(out, self._networks, self.optimizer, state)
        average = self.average
        save_policy(out / POLICY, description, average.network, average.scaling, average.eye)
        report(self, row)
