"""``drive2walk imitation evaluate``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.teleop.imitation.evaluation.policy_trial import PolicyTrialConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Evaluate:
    """Count how often an arm policy finishes a task, and how far it gets.

    Writes metrics.json with a row for each world, and films of the first failures.

    Attributes:
        policy: Released name of an arm policy, folder of a run, or a .safetensors file.
        settings: Task, worlds, fault and number of processes.
        out: Folder for metrics.json and films.
        films: Number of failures to film.
    """

    policy: str
    settings: Annotated[PolicyTrialConfig, FLAT] = dataclasses.field(
        default_factory=PolicyTrialConfig
    )
    out: Path
    films: int = 2

    def run(self, line: CommandLine) -> None:
        """Run the trials, write their outcome and film failures."""
        import torch
        from rich.progress import track

        from drive2walk.checkpoints.released import load_controller
        from drive2walk.commands.imitation.named_policy import find_arm_policy
        from drive2walk.teleop.imitation.evaluation.policy_trial import run_policy_trials
        from drive2walk.teleop.imitation.evaluation.summary import summarize_policy_trials
        from drive2walk.teleop.imitation.evaluation.trial_film import film_trials

        # With one thread sums have one order, and a seed gives the same episode on every machine.
        torch.set_num_threads(1)
        self.out.mkdir(parents=True, exist_ok=True)  # A wrong path fails before the trials.
        files = find_arm_policy(self.policy)
        controller = load_controller(files.description.robot)
        trials = track(
            run_policy_trials(self.settings, files, controller),
            description=self.settings.task,
            total=self.settings.episodes,
        )
        metrics = summarize_policy_trials(self.settings, list(trials))
        write_metrics(self.out / METRICS, metrics)
        failed = [row["seed"] for row in metrics["rows"] if not row["success"]][: self.films]
        for seed in failed:
            film = self.out / f"failure_{seed}.mp4"
            list(film_trials(self.settings, [seed], files, controller, film))
        low, high = metrics["success_interval"]
        print(
            f"success {metrics['success']:.0%} [{low:.0%}, {high:.0%}] of {metrics['episodes']}, "
            f"{metrics['falls']} falls\n{self.out / METRICS}"
        )
