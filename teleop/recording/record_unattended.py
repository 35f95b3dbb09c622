"""Records what scripts and policies do by themselves, in parallel processes, into one dataset."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.experiment.ordered_workers import run_in_order
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.recording.attempt import Attempt, AttemptPlan, Variation
from drive2walk.teleop.recording.frame import make_setup
from drive2walk.teleop.recording.record_config import RecordConfig
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.scripts.registry import OPERATORS

# Failures in a row after which a recording stops.
MAX_FAILURES = 10


def record_scripted(
    config: RecordConfig,
    controller: WalkingController,
    report: Callable[[str], None],
    variation: Variation | None = None,
    workers: int = 1,
) -> int:
    """Let the script of the task record; failed attempts are discarded.

    Args:
        config: Task, dataset and number of episodes.
        controller: Controller of the legs.
        report: Called with one line after each attempt.
        variation: Noise and mistakes; none by default.
        workers: Number of processes. The dataset is the same for any number.

    Returns:
        Number of failed attempts.

    Raises:
        ConfigError: There is no such task or robot, or the task has no script.
        DataError: The dataset can't be written, or the script failed too often in a row.
        WorkerError: A process was killed.
    """
    if config.task not in OPERATORS:
        raise ConfigError(
            f"no script does the task '{config.task}'. Scripts: {', '.join(OPERATORS)}. "
            "Use another --device."
        )
    plan = AttemptPlan(config, controller, ScriptedOperator, variation or Variation())
    return record_unattended(plan, report, workers)


def record_unattended(plan: AttemptPlan, report: Callable[[str], None], workers: int = 1) -> int:
    """Record attempts until the wanted number of episodes is saved; failures are discarded.

    Processes simulate and this one writes, one episode after the other in the order of the seeds.
    An episode is on disk before the next one is taken, so that a crash costs those in progress.

    Args:
        plan: Plan of all attempts.
        report: Called with one line after each attempt.
        workers: Number of processes. The dataset is the same for any number.

    Returns:
        Number of failed attempts.

    Raises:
        ConfigError: There is no such task or robot.
        DataError: The dataset can't be written, or too many attempts in a row have failed.
        WorkerError: A process was killed.
    """
    config = plan.config
    wanted = 1 if config.episodes is None else config.episodes
    saved = failures = in_a_row = 0
    setup = make_setup(config.build_world(next(config.seeds)), config.image_frames)
    with (
        Recorder(config.dataset, setup) as recorder,
        closing(run_in_order(plan.run, config.seeds, workers)) as attempts,
    ):
        for attempt in attempts:
            if attempt.episode is None:
                failures, in_a_row = failures + 1, in_a_row + 1
                report(f"seed {attempt.seed}: failed after {attempt.time_s:.1f} s, discarded")
            else:
                number = recorder.write(attempt.episode)
                saved, in_a_row = saved + 1, 0
                report(_describe(attempt.episode, attempt, number))
            if saved == wanted:
                break
            if in_a_row == MAX_FAILURES:
                raise DataError(f"{in_a_row} attempts in a row failed. Try other seeds.")
    return failures


def _describe(episode: Episode, attempt: Attempt, number: int) -> str:
    """Return the line about a saved attempt."""
    noise = ", noise" if "noise" in episode.scene else ""
    mistake = episode.scene.get("mistake")
    begun = "" if mistake is None else f", from the mistake '{mistake}'"
    return f"seed {attempt.seed}: episode {number}, {attempt.time_s:.1f} s{noise}{begun}"
