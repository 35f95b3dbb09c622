from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drive2walk.experiment.errors import ConfigError, DataError, WorkerError
from drive2walk.experiment.ordered_workers import AHEAD, run_in_order

# Run by a process that is then killed.
PROGRAM = """
import sys
from tests.experiment.test_ordered_workers import name_process_and_wait
from drive2walk.experiment.ordered_workers import run_in_order

if __name__ == "__main__":
    for process in run_in_order(name_process_and_wait, [0.0, 0.0, 0.2, 0.2, 0.2, 0.2], 2):
        print(process, flush=True)
"""


def wait_longer_at_first(task: int) -> tuple[int, int]:
    time.sleep(0.3 if task == 0 else 0.0)
    return task, os.getpid()


def refuse_two(task: int) -> int:
    if task == 2:
        raise DataError("two is too many")
    return task


def die_at_two(task: int) -> int:
    if task == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def name_process_and_wait(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    results = list(run_in_order(wait_longer_at_first, range(6), workers))
    assert [task for task, _ in results] == list(range(6))
    processes = {process for _, process in results}
    if workers == 1:
        assert processes == {os.getpid()}
    else:
        assert os.getpid() not in processes and len(processes) > 1


def test_endless_tasks_are_begun_only_a_little_ahead_and_closing_ends_the_processes() -> None:
    begun: list[int] = []

    def count() -> Iterator[int]:
        for task in itertools.count():
            begun.append(task)
            yield task

    with closing(run_in_order(wait_longer_at_first, count(), 2)) as results:
        processes = {next(results)[1] for _ in range(3)}
        assert len(begun) <= 3 + 2 * AHEAD + 1
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_task_is_raised_here(workers: int) -> None:
    results = run_in_order(refuse_two, range(5), workers)
    with pytest.raises(DataError, match="two is too many"):
        list(results)


def test_a_killed_process_is_reported() -> None:
    with pytest.raises(WorkerError, match="exit code -9, perhaps for lack of memory"):
        list(run_in_order(die_at_two, range(5), 2))


def test_no_worker_is_refused() -> None:
    with pytest.raises(ConfigError, match="--workers 0: at least 1"):
        list(run_in_order(refuse_two, range(3), 0))


def test_processes_end_when_the_main_one_is_killed() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as main:
        assert main.stdout is not None
        worker = int(main.stdout.readline())
        main.kill()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the worker outlived the main process")
