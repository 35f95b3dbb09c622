"""Processes that share a demo's crossings."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from drive2walk.demo.config import DemoConfig
from drive2walk.demo.demo import run_demo
from drive2walk.demo.jobs import Job, plan_jobs
from drive2walk.demo.workers import LostWorkerError, walk_in_processes
from drive2walk.experiment.errors import ConfigError

PAIR = DemoConfig(seeds=2, first_seed=1006, oracle="vision", films=0)


def test_all_crossings_in_the_film_are_one_job_and_each_other_is_one() -> None:
    config = DemoConfig(seeds=4, first_seed=7, films=2)
    assert plan_jobs(config) == [Job((7, 8), True), Job((9,), False), Job((10,), False)]
    assert plan_jobs(PAIR) == [Job((1006,), False), Job((1007,), False)]
    assert plan_jobs(DemoConfig(seeds=1, first_seed=7, films=3)) == [Job((7,), True)]


def test_at_least_one_process_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--workers 0: at least 1"):
        run_demo(PAIR, tmp_path, workers=0)


def test_an_error_in_a_worker_is_the_error_of_the_demo(tmp_path: Path) -> None:
    config = DemoConfig(seeds=2, robot="unitree_g2")
    with pytest.raises(ConfigError, match="unitree_g2"):
        run_demo(config, tmp_path, workers=2)
    assert not multiprocessing.active_children()


@pytest.mark.render
def test_a_worker_that_is_killed_ends_the_demo_with_one_line(tmp_path: Path) -> None:
    def kill_one(seed: int, time_s: float, note: str) -> None:
        pid = multiprocessing.active_children()[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(LostWorkerError, match=r"exit code -9, killed.*fewer --workers") as caught:
        list(walk_in_processes(PAIR, plan_jobs(PAIR), tmp_path, 2, kill_one))
    assert "\n" not in str(caught.value)
    assert not multiprocessing.active_children()


@pytest.mark.render
def test_an_interrupt_ends_all_workers(tmp_path: Path) -> None:
    def interrupt(seed: int, time_s: float, note: str) -> None:
        assert len(multiprocessing.active_children()) == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(walk_in_processes(PAIR, plan_jobs(PAIR), tmp_path, 2, interrupt))
    assert not multiprocessing.active_children()


@pytest.mark.e2e
@pytest.mark.render
def test_the_report_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    for workers in (1, 2):
        run_demo(PAIR, tmp_path / str(workers), workers)
    one, two = ((tmp_path / folder / "report.json").read_text() for folder in ("1", "2"))
    assert one == two
