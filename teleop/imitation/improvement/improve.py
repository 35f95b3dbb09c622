"""Rounds of improvement: correct, learn, judge, and go back where a round made it worse."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.imitation.evaluation.policy_trial import (
    PolicyTrialConfig,
    run_policy_trials,
)
from drive2walk.teleop.imitation.evaluation.summary import summarize_policy_trials
from drive2walk.teleop.imitation.improvement.config import ImprovementConfig
from drive2walk.teleop.imitation.improvement.corrections import Correction, record_corrections
from drive2walk.teleop.imitation.policy_files import PolicyFiles
from drive2walk.teleop.imitation.training.config import ArmTraining
from drive2walk.teleop.imitation.training.run import train_arms
from drive2walk.teleop.imitation.training.trainer import POLICY


@dataclasses.dataclass(frozen=True)
class ImprovementFolder:
    """The folder of an improvement.

    Attributes:
        root: The folder.
    """

    root: Path

    @property
    def policy(self) -> Path:
        """The best policy so far."""
        return self.root / POLICY

    def corrections(self, round_index: int) -> Path:
        """Return the dataset of a round's corrections."""
        return self.root / f"round_{round_index}" / "corrections"

    def run(self, round_index: int) -> Path:
        """Return the run of a round's training."""
        return self.root / f"round_{round_index}" / "run"


@dataclasses.dataclass(frozen=True)
class Improver:
    """What all rounds of an improvement share.

    Attributes:
        config: Task, rounds and seeds.
        training: Settings of the training in each round; its budget is the config's.
        trunk: File of the perception weights that the policy sees through; None for its own.
        controller: Controller of the legs.
        folder: Folder of the improvement.
        report: Called with one line after each step of a round.
    """

    config: ImprovementConfig
    training: ArmTraining
    trunk: Path | None
    controller: WalkingController
    folder: ImprovementFolder
    report: Callable[[str], None]

    def judge(self, policy: Path) -> float:
        """Return the success of a policy on the fixed development starts."""
        config = self.config
        trials = PolicyTrialConfig(
            config.task, config.judged, config.judged_first_seed, config.workers
        )
        found = run_policy_trials(trials, PolicyFiles(policy, self.trunk), self.controller)
        return float(summarize_policy_trials(trials, list(found))["success"])

    def correct(self, index: int) -> list[Correction]:
        """Record the corrections of a round, and return their outcomes."""
        config = self.config
        first = config.first_seed + index * config.episodes
        seeds = range(first, first + config.episodes)
        policy = PolicyFiles(self.folder.policy, self.trunk).load()
        dataset = self.folder.corrections(index)
        found = record_corrections(config, seeds, policy, self.controller, dataset)
        saved = sum(correction.saved for correction in found)
        self.report(f"round {index}: {saved} corrections in {len(seeds)} worlds")
        return found

    def learn(self, index: int, datasets: Sequence[Path]) -> Path:
        """Train the best policy further on datasets, and return the new one."""
        settings = dataclasses.replace(self.training, budget_min=self.config.budget_min)
        run = self.folder.run(index)
        train_arms(settings, datasets, self.trunk, run, start=self.folder.policy)
        return run / POLICY


def improve(improver: Improver, start: Path, datasets: Sequence[Path]) -> dict[str, Any]:
    """Improve a policy in rounds, and keep the best one as policy.safetensors.

    Args:
        improver: Settings that all rounds share.
        start: File of the policy to improve.
        datasets: Demonstrations that it learned from.

    Returns:
        Content of metrics.json: success before, and for each round its corrections, its success
        and whether it was kept.

    Raises:
        ConfigError: The folder holds an improvement already, or the policy has its own trunk.
        DataError: A dataset can't be read or written.
        WeightsError: The policy can't be used.
    """
    folder = improver.folder
    if improver.trunk is None:
        raise ConfigError(
            f"'{start}' has a trunk of its own, which rounds would not keep. "
            "Improve a policy that was trained with --tune none."
        )
    if folder.policy.exists():
        raise ConfigError(f"'{folder.root}' holds an improvement already. Give another --out.")
    folder.root.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(start, folder.policy)
    success = improver.judge(start)
    improver.report(f"before: success {success:.0%}")
    metrics: dict[str, Any] = {"task": improver.config.task, "success_before": success}
    metrics |= {"success": success, "rounds": []}
    known = list(datasets)
    for index in range(improver.config.rounds):
        corrections = improver.correct(index)
        if any(correction.saved for correction in corrections):
            known.append(folder.corrections(index))
        candidate = improver.learn(index, known)
        judged = improver.judge(candidate)
        kept = is_kept(judged, success)
        if kept:
            shutil.copyfile(candidate, folder.policy)
            success = judged
        improver.report(f"round {index}: success {judged:.0%}, {'kept' if kept else 'rolled back'}")
        rows = [dataclasses.asdict(correction) for correction in corrections]
        metrics["rounds"].append({"success": judged, "kept": kept, "corrections": rows})
        metrics["success"] = success
        write_metrics(folder.root / METRICS, metrics)
    return metrics


def is_kept(success: float, before: float) -> bool:
    """Return whether a round's policy replaces the best one: it isn't worse."""
    return success >= before
