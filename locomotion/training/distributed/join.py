"""How a training run gets its processes: from torchrun, or by starting workers of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.process import BaseProcess

from torch import distributed

from drive2walk.experiment.errors import Drive2WalkError
from drive2walk.locomotion.training.distributed.processes import (
    MainProcessEndedError,
    TrainingProcesses,
    lost_worker_error,
)

# With fewer robots a process costs more than it gives: a call of numpy takes as long for one.
MIN_ROBOTS = 128
LOOPBACK = "127.0.0.1"
LOOPBACK_INTERFACE = "lo0" if sys.platform == "darwin" else "lo"
# What torchrun and other launchers set in each process that they start.
LAUNCHER_VARIABLES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
# Time in which a worker leaves its last rollout, in seconds. After an interrupt the connection
# may stay open, and it would go on waiting.
LAST_ROLLOUT_S = 3.0
REFUSED = 2


def is_main_process() -> bool:
    """Return whether this process is the only one or the first that a launcher has started."""
    return not _is_launched() or os.environ["RANK"] == "0"


def count_processes(num_envs: int, num_threads: int) -> int:
    """Return how many processes train ``num_envs`` robots on ``num_threads``; 0 takes them all."""
    return max(1, min(num_threads or os.cpu_count() or 1, num_envs // MIN_ROBOTS))


@contextlib.contextmanager
def join_processes(
    count: int, work: Callable[[TrainingProcesses], None]
) -> Iterator[TrainingProcesses]:
    """Yield the processes of a run: those of a launcher, or this one and workers that it starts.

    Workers end when the context of the main process does, or when the main process does. In a
    worker that a launcher has started, the context then ends quietly.

    Args:
        count: Number of processes that this one makes up with its workers; under a launcher, its
            own number counts.
        work: Function that each worker started here runs. It is pickled.

    Raises:
        TrainingError: A worker has ended before it joined.
    """
    if _is_launched():
        with _launched_processes() as processes:
            yield processes
    elif count == 1:
        yield TrainingProcesses()
    else:
        with _started_processes(count, work) as processes:
            yield processes


def end_launched_process() -> None:
    """End a process that torchrun or a person launched, at once and with exit code 0.

    Its work must be done. An interpreter that is torn down while gloo's threads still see the
    other processes close their connections is sometimes aborted by them.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _is_launched() -> bool:
    return all(name in os.environ for name in LAUNCHER_VARIABLES)


@contextlib.contextmanager
def _launched_processes() -> Iterator[TrainingProcesses]:
    rank, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    if rank > 0:
        # torchrun passes Ctrl-C on to everyone: the main process saves first, then all end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    distributed.init_process_group("gloo")
    try:
        yield TrainingProcesses(count, rank, int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
    except MainProcessEndedError:
        return
    finally:
        distributed.destroy_process_group()


@contextlib.contextmanager
def _started_processes(
    count: int, work: Callable[[TrainingProcesses], None]
) -> Iterator[TrainingProcesses]:
    # The store would listen on every interface; it is handed a socket that doesn't.
    listener = socket.create_server((LOOPBACK, 0))
    port = listener.getsockname()[1]
    store = distributed.TCPStore(
        LOOPBACK,
        port,
        count,
        is_master=True,
        wait_for_workers=False,
        master_listen_fd=listener.detach(),
    )
    # A forked process would inherit locks and threads of torch and MuJoCo.
    context = multiprocessing.get_context("spawn")
    workers: list[BaseProcess] = []
    patience_s = 0.0
    try:
        with _loopback_only():
            for rank in range(1, count):
                arguments = (work, rank, count, port)
                worker: BaseProcess = context.Process(
                    target=_run_worker, args=arguments, daemon=True
                )
                with _without_interrupts():
                    worker.start()
                workers.append(worker)
            _wait_for_workers(store, workers)
            distributed.init_process_group("gloo", store=store, rank=0, world_size=count)
        patience_s = LAST_ROLLOUT_S
        yield TrainingProcesses(count, 0, count, workers)
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()
        for worker in workers:
            worker.join(timeout=patience_s)
            worker.kill()
            worker.join()


def _wait_for_workers(store: distributed.TCPStore, workers: Sequence[BaseProcess]) -> None:
    """Wait until all workers are there: joining waits minutes for one that never comes.

    Raises:
        TrainingError: A worker has ended.
    """
    keys = [_joined_key(rank) for rank in range(1, len(workers) + 1)]
    while not store.check(keys):
        if any(worker.exitcode is not None for worker in workers):
            raise lost_worker_error(workers)
        time.sleep(0.01)


def _run_worker(
    work: Callable[[TrainingProcesses], None], rank: int, count: int, port: int
) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    store = distributed.TCPStore(LOOPBACK, port, count)
    store.set(_joined_key(rank), "")
    distributed.init_process_group("gloo", store=store, rank=rank, world_size=count)
    try:
        work(TrainingProcesses(count, rank, count))
    except MainProcessEndedError:
        return
    except Drive2WalkError:
        sys.exit(REFUSED)  # the main process does the same work and reports the error
    finally:
        distributed.destroy_process_group()


def _end_with_parent() -> None:
    """End this process when its parent does, even if that is killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(0)


def _joined_key(rank: int) -> str:
    return f"joined/{rank}"


@contextlib.contextmanager
def _loopback_only() -> Iterator[None]:
    """Let gloo talk over the loopback interface; by itself it takes what the host's name means."""
    name = "GLOO_SOCKET_IFNAME"
    before = os.environ.get(name)
    os.environ[name] = LOOPBACK_INTERFACE
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let processes that start meanwhile ignore Ctrl-C: the main process saves, then ends them.

    A worker that set this itself could be interrupted before it did.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
