"""Worker processes that share the jobs of a demo."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from drive2walk.demo.config import DemoConfig
from drive2walk.demo.jobs import Job, Watcher
from drive2walk.demo.report import Crossing
from drive2walk.experiment.errors import Drive2WalkError

# A worker asks for a job with this message; every other message is a crossing, an error, or
# the arguments of a ``Watcher``.
IDLE = "idle"


class LostWorkerError(Drive2WalkError):
    """A worker process has ended before its work was done."""


def walk_in_processes(
    config: DemoConfig, jobs: Sequence[Job], out: Path, workers: int, watch: Watcher
) -> Iterator[Crossing]:
    """Yield the crossings of all jobs, in the order in which they end.

    All processes have ended when the iterator ends, by an error or an interrupt too.

    Args:
        config: Settings of the demo.
        jobs: Scenes to cross.
        out: Folder of the film.
        workers: Greatest number of processes.
        watch: Called in this process at each camera image.

    Raises:
        LostWorkerError: A process ended, because it was killed or by an error of its own.
        Drive2WalkError: An input can't be used, as in a process without workers.
    """
    waiting = deque(jobs)
    crew = dict(_start_worker(config, out) for _ in range(min(workers, len(jobs))))
    working = set(crew)
    try:
        while working:
            ready = connection.wait(working)
            for pipe in [one for one in working if one in ready]:
                message = _receive(pipe, crew[pipe])
                if isinstance(message, Crossing):
                    yield message
                elif isinstance(message, Drive2WalkError):
                    raise message
                elif isinstance(message, tuple):
                    watch(*message)
                elif waiting:
                    pipe.send(waiting.popleft())
                else:
                    working.remove(pipe)
    finally:
        for process in crew.values():
            process.terminate()
        for process in crew.values():
            process.join()


def _start_worker(config: DemoConfig, out: Path) -> tuple[Connection, BaseProcess]:
    # An OpenGL context doesn't survive a fork.
    context = multiprocessing.get_context("spawn")
    pipe, far_end = context.Pipe()
    process = context.Process(target=_work, args=(config, out, far_end), daemon=True)
    process.start()
    # This process keeps no copy, so that the pipe ends with the worker.
    far_end.close()
    return pipe, process


def _receive(pipe: Connection, process: BaseProcess) -> object:
    try:
        return pipe.recv()
    except (EOFError, OSError) as error:
        process.join()
        code = process.exitcode or 0
        cause = "killed, perhaps for lack of memory" if code < 0 else "its own error is above"
        raise LostWorkerError(
            f"a worker of the demo ended (exit code {code}, {cause}). The report holds the "
            "crossings that were finished. Start again, with fewer --workers if memory is short."
        ) from error


def _work(config: DemoConfig, out: Path, pipe: Connection) -> None:
    """Walk the jobs that come through a pipe until it closes."""
    # The main process ends its workers after an interrupt from the keyboard. The imports take
    # seconds, so they come after this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch

    from drive2walk.demo.walk import load_trained_robot, walk_job

    def watch(seed: int, time_s: float, note: str) -> None:
        pipe.send((seed, time_s, note))

    # With one thread sums have one order, and a seed gives the same walk in every process.
    torch.set_num_threads(1)
    try:
        robot = load_trained_robot(config)
        while True:
            pipe.send(IDLE)
            for crossing in walk_job(robot, config.scene, pipe.recv(), out, watch):
                pipe.send(crossing)
    except Drive2WalkError as error:
        pipe.send(error)
    except (EOFError, BrokenPipeError):
        return  # The main process has ended.
