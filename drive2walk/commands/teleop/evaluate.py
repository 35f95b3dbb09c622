"""``drive2walk teleop evaluate``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.teleop.evaluation.scripted_trial import TrialConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Evaluate:
    """Count how often the scripted operator of a task finishes it.

    Writes metrics.json with a row for each world.

    Attributes:
        settings: Task, worlds and number of processes.
        out: Folder for metrics.json.
    """

    settings: Annotated[TrialConfig, FLAT] = dataclasses.field(default_factory=TrialConfig)
    out: Path

    def run(self, line: CommandLine) -> None:
        """Run the trials and write their outcome."""
        from rich.progress import track

        from drive2walk.checkpoints.released import load_controller
        from drive2walk.robot.spec import load_robot
        from drive2walk.teleop.evaluation.scripted_trial import run_trials, summarize_trials

        self.out.mkdir(parents=True, exist_ok=True)  # A wrong path fails before the trials.
        controller = load_controller(load_robot(self.settings.robot).menagerie)
        trials = track(
            run_trials(self.settings, controller),
            description=self.settings.task,
            total=self.settings.episodes,
        )
        metrics = summarize_trials(self.settings, trials)
        write_metrics(self.out / METRICS, metrics)
        low, high = metrics["success_interval"]
        print(
            f"success {metrics['success']:.0%} [{low:.0%}, {high:.0%}] of {metrics['episodes']}, "
            f"{metrics['falls']} falls\n{self.out / METRICS}"
        )
