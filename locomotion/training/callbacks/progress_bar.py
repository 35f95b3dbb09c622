"""A training run's progress on the terminal."""

from __future__ import annotations

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from drive2walk.locomotion.training.callbacks.budget import Stopwatch
from drive2walk.locomotion.training.callbacks.rollout_callback import RolloutCallback
from drive2walk.locomotion.training.callbacks.walking_figures import WalkingFigures


class ProgressBar(RolloutCallback):
    """Shows time, samples and figures after each rollout.

    Attributes:
        bar: Display, shown while its context is open.

    Args:
        stopwatch: Time of training.
        max_s: Time at which the run ends, in seconds.
        figures: Figures to show.
    """

    def __init__(self, stopwatch: Stopwatch, max_s: float, figures: WalkingFigures) -> None:
        super().__init__()
        self._stopwatch, self._figures = stopwatch, figures
        self.bar = Progress(
            TextColumn("training"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[status]}"),
        )
        self._task = self.bar.add_task("", total=max_s, status="")

    def _on_rollout_end(self) -> None:
        samples, elapsed_s = self.model.num_timesteps, self._stopwatch.elapsed_s
        vx, vy, wz = self._figures.tracking
        status = (
            f"{samples / 1e6:.1f}M samples, {samples / max(elapsed_s, 1e-9):.0f}/s, "
            f"{self._figures.falls_per_min:.2f} falls/min, "
            f"error {vx:.2f} {vy:.2f} m/s {wz:.2f} rad/s"
        )
        self.bar.update(self._task, completed=elapsed_s, status=status)
