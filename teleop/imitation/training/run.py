"""A training run of an arm policy as a folder: config, checkpoint, policy, curve and scores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, track

from drive2walk.experiment.config import save_config
from drive2walk.experiment.errors import DataError
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.experiment.run_folder import CONFIG, require_own_folder
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.teleop.imitation.demonstrations.demonstration import (
    Demonstration,
    read_demonstrations,
)
from drive2walk.teleop.imitation.demonstrations.feature_cache import fill_cache
from drive2walk.teleop.imitation.demonstrations.samples import Samples
from drive2walk.teleop.imitation.demonstrations.track import Track
from drive2walk.teleop.imitation.inputs.image_features import Eye, compute_fingerprint
from drive2walk.teleop.imitation.network import ArmNetwork
from drive2walk.teleop.imitation.policy import ArmDescription, copy_policy
from drive2walk.teleop.imitation.scaling import Scaling
from drive2walk.teleop.imitation.training.config import ArmTraining
from drive2walk.teleop.imitation.training.eyes import build_eye
from drive2walk.teleop.imitation.training.self_check import (
    EXAMPLES,
    check_overfitting,
    check_round_trip,
)
from drive2walk.teleop.imitation.training.trainer import Learner, Trainer

# Fields of the config that may differ when a run is resumed.
MAY_CHANGE = ("budget_min", "threads", "workers", "checkpoint_s")
CURVE = "curve.json"


def train_arms(
    config: ArmTraining,
    datasets: Sequence[Path],
    trunk: Path | None,
    out: Path,
    resume: bool = False,
    start: Path | None = None,
) -> dict[str, Any]:
    """Train a policy on datasets of demonstrations, and write everything about the run to ``out``.

    Args:
        config: Settings of the run.
        datasets: Folders of datasets of one robot.
        trunk: File of ``config.trunk``; None for a trunk from scratch.
        out: Folder of the run.
        resume: Whether to go on from the checkpoint in ``out``.
        start: File of a policy of the same shape to start from, instead of random weights.

    Returns:
        Content of ``out``/metrics.json.

    Raises:
        ConfigError: ``out`` holds another run.
        DataError: A dataset can't be used, or is of another robot than the others.
        WeightsError: The trunk or the checkpoint can't be used.
        TrainingError: The network can't learn one batch.
    """
    require_own_folder(config, out, CHECKPOINT, resume, MAY_CHANGE)
    out.mkdir(parents=True, exist_ok=True)
    demonstrations = [d for root in datasets for d in read_demonstrations(root)]
    robot = require_one_robot(demonstrations)
    torch.manual_seed(config.seed)
    eye = build_eye(config.tune, trunk)
    tracks = _make_tracks(config, demonstrations, eye)
    samples, held_out = _split(tracks, config, eye)
    body_size = demonstrations[0].body.shape[1]
    learner = Learner(ArmNetwork(config.network, eye.width, body_size), Scaling(body_size), eye)
    if start is None:
        _fit(learner.scaling, tracks)
    else:
        copy_policy(start, learner.network, learner.scaling)
    trainer = Trainer(config, learner, samples, held_out)
    checks = _check(demonstrations[0], trainer)
    if resume:
        trainer.resume(out)
    save_config(config, out / CONFIG)
    description = ArmDescription(
        network=config.network,
        body_size=body_size,
        robot=robot,
        tasks=tuple(sorted({d.task for d in demonstrations})),
        trunk=config.trunk if config.tune == "none" else None,
        eye=compute_fingerprint(eye),
        stages=not all(np.isnan(one.stages).all() for one in tracks),
        reference=config.reference,
        demonstrations=len(demonstrations),
    )
    _run(trainer, out, description)
    metrics = _summarize(trainer, description) | checks
    write_metrics(out / METRICS, metrics)
    return metrics


def require_one_robot(demonstrations: Sequence[Demonstration]) -> str:
    """Return the robot of all demonstrations.

    Raises:
        DataError: They are of several robots.
    """
    first = demonstrations[0]
    for other in demonstrations:
        if other.episode.setup.robot != first.episode.setup.robot:
            raise DataError(
                f"{other.name} is of the robot '{other.episode.setup.robot}', {first.name} of "
                f"'{first.episode.setup.robot}'. Train on one robot at a time."
            )
    return first.episode.setup.robot


def _make_tracks(
    config: ArmTraining, demonstrations: Sequence[Demonstration], eye: Eye
) -> list[Track]:
    frozen = eye if config.tune == "none" else None
    cached = track(
        fill_cache(demonstrations, frozen, config.views, config.workers),
        description=f"seeing {len(demonstrations)} demonstrations",
        total=len(demonstrations),
    )
    pairs = zip(demonstrations, cached, strict=True)
    chunk_size, reference = config.network.chunk_size, config.reference
    return [Track.from_demonstration(d, c, chunk_size, reference) for d, c in pairs]


def _split(
    tracks: Sequence[Track], config: ArmTraining, eye: Eye
) -> tuple[Samples, Samples | None]:
    """Return the samples to learn from, and those of every n-th demonstration for validation."""
    mark = compute_fingerprint(eye) if config.tune == "none" else None
    count = min(round(config.validation_fraction * len(tracks)), len(tracks) - 1)
    kept = set(np.linspace(0, len(tracks) - 1, count + 2)[1:-1].round().astype(int).tolist())
    learned = [t for k, t in enumerate(tracks) if k not in kept]
    samples = Samples(learned, mark, config.views, config.input_noise)
    if not kept:
        return samples, None
    held_out = [tracks[k] for k in sorted(kept)]
    return samples, Samples(held_out, mark, 1, config.input_noise)


def _fit(scaling: Scaling, tracks: Sequence[Track]) -> None:
    body = np.concatenate([t.body for t in tracks])
    actions = np.concatenate([t.actions.reshape(-1, t.actions.shape[-1]) for t in tracks])
    scaling.fit(body, actions)


def _check(demonstration: Demonstration, trainer: Trainer) -> dict[str, float]:
    """Return the outcome of the checks before training."""
    learner = trainer.learner
    round_trip = check_round_trip(demonstration, trainer.config.reference)
    batch = trainer.samples.draw(EXAMPLES, np.random.default_rng(0))
    learned = check_overfitting(learner.network, learner.scaling, learner.eye, batch)
    print(f"checked: goals survive to {1000 * round_trip:.3f} mm, one batch to {learned:.0%}")
    return {"round_trip_m": round_trip, "overfitted_fraction": learned}


def _summarize(trainer: Trainer, description: ArmDescription) -> dict[str, Any]:
    parameters = sum(p.numel() for p in trainer.learner.network.parameters())
    return {
        "steps": trainer.step,
        "minutes": trainer.elapsed_s / 60,
        "demonstrations": description.demonstrations,
        "tasks": list(description.tasks),
        "parameters": parameters,
        **{key: trainer.curve[-1][key] for key in ("validation", "hands_m", "base_m_s")},
    }


def _run(trainer: Trainer, out: Path, description: ArmDescription) -> None:
    budget_s = 60 * trainer.config.budget_min
    columns = [TextColumn("training arms"), BarColumn(), TimeRemainingColumn()]
    board = _open_board(out)
    with Progress(*columns, TextColumn("{task.fields[status]}")) as bar:
        task = bar.add_task("", total=budget_s, completed=round(trainer.elapsed_s), status="")

        def report(now: Trainer, values: dict[str, float]) -> None:
            if "validation" not in values:
                status = f"step {now.step}, error {values['action']:.3f}"
                bar.update(task, completed=now.elapsed_s, status=status)
                return
            bar.console.print(
                f"{now.elapsed_s / 60:.1f} min, step {now.step}: "
                f"error {values.get('action', 0):.3f}, held out {values['validation']:.3f} "
                f"({1000 * values['hands_m']:.0f} mm, {values['base_m_s']:.3f} m/s)"
            )
            (out / CURVE).write_text(json.dumps(now.curve, indent=1), encoding="utf-8")
            if board is not None:
                for key, value in values.items():
                    board.add_scalar(key, value, now.step)

        try:
            trainer.run(out, description, report)
        finally:
            if board is not None:
                board.close()


def _open_board(out: Path) -> Any:
    """Return a TensorBoard writer; None without tensorboard, which is an optional extra."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(out / "tensorboard"))
