"""The demo: a robot starts in scenes it has never seen and walks to a goal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from drive2walk.demo.config import DemoConfig
from drive2walk.demo.jobs import TIME_LIMIT_S, Watcher, plan_jobs
from drive2walk.demo.report import Crossing, write_report
from drive2walk.demo.walk import load_trained_robot, walk_job
from drive2walk.demo.workers import walk_in_processes
from drive2walk.experiment.errors import ConfigError


class DemoProgress:
    """Bars on the terminal: one for the demo and one for each crossing in progress.

    Args:
        config: Settings of the demo.
        progress: Display that holds the bars.
    """

    def __init__(self, config: DemoConfig, progress: Progress) -> None:
        self._scene = config.scene
        self._progress = progress
        self._whole = progress.add_task("walking", total=config.seeds, note="")
        self._bars: dict[int, TaskID] = {}

    def watch(self, seed: int, time_s: float, note: str) -> None:
        """Show how far a crossing is."""
        if seed not in self._bars:
            name = f"{self._scene} {seed}"
            self._bars[seed] = self._progress.add_task(name, total=TIME_LIMIT_S, note="")
        self._progress.update(self._bars[seed], completed=time_s, note=note)

    def finish(self, seed: int) -> None:
        """Replace the bar of a crossing by one step of the demo's bar."""
        if seed in self._bars:
            self._progress.remove_task(self._bars.pop(seed))
        self._progress.update(self._whole, advance=1)


def run_demo(config: DemoConfig, out: Path, workers: int = 1) -> list[Crossing]:
    """Cross one scene a seed and write demo.mp4, report.html and report.json to ``out``.

    The report doesn't depend on the number of workers. All crossings in the film are walked by
    one of them.

    Args:
        config: Settings of the demo.
        out: Folder of the film and the report.
        workers: Number of processes.

    Raises:
        ConfigError: The robot doesn't exist, or there is no worker.
        WeightsError: The weights can't be used.
        RenderError: This machine can't render.
        LostWorkerError: A worker process has ended.
    """
    if workers < 1:
        raise ConfigError(f"--workers {workers}: at least 1 process is needed.")
    crossings: list[Crossing] = []
    with _open_progress() as progress:
        bars = DemoProgress(config, progress)
        for crossing in _walk(config, out, workers, bars.watch):
            crossings.append(crossing)
            crossings.sort(key=lambda c: c.seed)
            bars.finish(crossing.seed)
            write_report(crossings, dataclasses.asdict(config), out)
    return crossings


def _walk(config: DemoConfig, out: Path, workers: int, watch: Watcher) -> Iterator[Crossing]:
    jobs = plan_jobs(config)
    if workers > 1 and len(jobs) > 1:
        out.mkdir(parents=True, exist_ok=True)
        yield from walk_in_processes(config, jobs, out, workers, watch)
        return
    robot = load_trained_robot(config)
    out.mkdir(parents=True, exist_ok=True)
    for job in jobs:
        yield from walk_job(robot, config.scene, job, out, watch)


def _open_progress() -> Progress:
    return Progress(
        TextColumn("{task.description:>14}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
