"""Parallel processes whose results come in the order of the tasks."""

from __future__ import annotations

import collections
import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from drive2walk.experiment.errors import ConfigError, Drive2WalkError, WorkerError

Task = TypeVar("Task")
Result = TypeVar("Result")
# Tasks that are begun for each process before the oldest result is taken.
AHEAD = 2


def run_in_order(
    work: Callable[[Task], Result], tasks: Iterable[Task], workers: int
) -> Generator[Result, None, None]:
    """Yield the result of each task, in the order of the tasks, whatever the number of processes.

    The processes end when the generator is closed, and also when this process is killed. With one
    worker the tasks run in this process.

    Args:
        work: Function of one task. For several processes it and its results must be picklable.
        tasks: Tasks; without end if the caller closes the generator.
        workers: Number of processes.

    Raises:
        ConfigError: The number of processes is below 1.
        Drive2WalkError: A task has failed with this error.
        WorkerError: A process has ended, because it was killed or by another error.
    """
    check_workers(workers)
    if workers == 1:
        yield from map(work, tasks)
        return
    team = _Team(work, workers)
    try:
        yield from team.run(iter(tasks))
    finally:
        team.close()


def check_workers(workers: int) -> None:
    """Check a number of processes.

    Raises:
        ConfigError: It is below 1.
    """
    if workers < 1:
        raise ConfigError(f"--workers {workers}: at least 1 is needed.")


class _Team(Generic[Task, Result]):
    """Processes and the tasks that they work at."""

    def __init__(self, work: Callable[[Task], Result], workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._processes: dict[Connection, Any] = {}
        for _ in range(workers):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, work), daemon=True)
            process.start()
            there.close()
            self._processes[here] = process
        self._idle = list(self._processes)
        self._at: dict[Connection, int] = {}
        self._results: dict[int, Result] = {}

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        """Yield the results in the order of the tasks."""
        begun: collections.deque[int] = collections.deque()
        for count, task in enumerate(tasks):
            while not self._idle or len(begun) >= AHEAD * len(self._processes):
                yield from self._take_finished(begun)
            connection = self._idle.pop()
            self._at[connection] = count
            begun.append(count)
            try:
                connection.send(task)
            except BrokenPipeError as error:
                raise self._lost(connection) from error
        while begun:
            yield from self._take_finished(begun)

    def _take_finished(self, begun: collections.deque[int]) -> Iterator[Result]:
        """Wait for a result, and yield those that are next."""
        for connection in wait(list(self._at)) if begun[0] not in self._results else []:
            self._receive(connection)  # type: ignore[arg-type]
        while begun and begun[0] in self._results:
            yield self._results.pop(begun.popleft())

    def _receive(self, connection: Connection) -> None:
        try:
            failure, result = connection.recv()
        except (EOFError, ConnectionResetError) as error:
            raise self._lost(connection) from error
        if failure is not None:
            raise failure
        self._results[self._at.pop(connection)] = result
        self._idle.append(connection)

    def _lost(self, connection: Connection) -> WorkerError:
        process = self._processes[connection]
        process.join()
        killed = process.exitcode < 0
        reason = "perhaps for lack of memory" if killed else "its own error is above"
        return WorkerError(
            f"a worker process ended with exit code {process.exitcode}, {reason}. "
            "What was saved is kept; run again, perhaps with fewer --workers."
        )

    def close(self) -> None:
        """End all processes at once."""
        for connection, process in self._processes.items():
            process.terminate()
            process.join()
            connection.close()


def _serve(connection: Connection, work: Callable[[Any], Any]) -> None:
    """Work until the other end of the connection is closed."""
    # Ctrl-C reaches all processes of a terminal; the main one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            task = connection.recv()
            answer: tuple[Drive2WalkError | None, Any]
            try:
                answer = None, work(task)
            except Drive2WalkError as error:
                answer = error, None
            connection.send(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # The main process has ended.
