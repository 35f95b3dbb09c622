"""The processes that train one policy together, each with robots of its own.

Threads would share the physics alone: gait, rewards and PPO are Python, of which one thread runs
at a time. So the processes meet only to take means: of the gradients, as in data-parallel
training (Li et al., "PyTorch distributed", 2020, section 2), and of a few figures.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import Drive2WalkError, TrainingError

Array = NDArray[np.float32]

# For fewer robots a process isn't worth its while: each call of numpy costs the same for one.
LEAST_ROBOTS = 128
REFUSED = 2


class Team:
    """One process's view of its team, whose first member leads it.

    Args:
        size: of the team.
        rank: of this member; 0 leads.
        others: connections to all other members, by rank; of who doesn't lead to the leader.
        processes: of the others, seen from the leader.
    """

    def __init__(
        self,
        size: int = 1,
        rank: int = 0,
        others: Sequence[Connection] = (),
        processes: Sequence[BaseProcess] = (),
    ) -> None:
        self.size, self.rank = size, rank
        self._others, self._processes = others, processes

    @property
    def leads(self) -> bool:
        """Whether this member reports and saves."""
        return self.rank == 0

    def mean(self, values: Array) -> Array:
        """Return the mean over the members' values, in the same bits for each of them.

        Every member must call it, as often and with as many values.

        Raises:
            TrainingError: a member has ended, seen from the leader.
            EOFError: the leader has ended.
        """
        if not self.leads:
            try:
                self._others[0].send_bytes(values.data)
                return self._received(self._others[0])
            except OSError as error:
                raise EOFError from error
        total = values.copy()
        try:
            for connection in self._others:
                total += self._received(connection)
            total /= self.size
            for connection in self._others:
                connection.send_bytes(total.data)
        except (EOFError, OSError) as error:
            raise self._lost() from error
        return total

    @staticmethod
    def _received(connection: Connection) -> Array:
        return np.frombuffer(connection.recv_bytes(), dtype=np.float32)

    def _lost(self) -> TrainingError:
        for process in self._processes:
            process.join(timeout=1.0)
        codes = [p.exitcode for p in self._processes if p.exitcode is not None]
        killed = any(code < 0 for code in codes)
        reason = "perhaps for lack of memory" if killed else "its own error is above"
        return TrainingError(
            f"a process of the training ended (exit code {', '.join(map(str, codes))}), {reason}. "
            "With num_threads: 1 there is none but the first; what was saved before is whole."
        )


@contextlib.contextmanager
def led_team(size: int, follow: Callable[[Team], None]) -> Iterator[Team]:
    """Yield a team that this process leads; the others end when the context does, or this does.

    Args:
        size: of the team.
        follow: what each other member does, until ``Team.mean`` raises EOFError; it is pickled.
    """
    # A forked process would inherit locks and threads of torch and MuJoCo.
    context = multiprocessing.get_context("spawn")
    connections, processes = [], []
    try:
        for rank in range(1, size):
            here, there = context.Pipe()
            member = (follow, size, rank, there)
            process = context.Process(target=_be_member, args=member, daemon=True)
            connections.append(here)
            with _uninterrupted():
                process.start()
            processes.append(process)
            there.close()
        yield Team(size, 0, connections, processes)
    finally:
        for connection in connections:
            connection.close()
        for process in processes:
            process.join()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that start meanwhile ignore Ctrl-C: their leader saves first, then ends them.

    They would hear it before they could say so themselves.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _be_member(follow: Callable[[Team], None], size: int, rank: int, leader: Connection) -> None:
    try:
        follow(Team(size, rank, [leader]))
    except EOFError:
        return  # the leader has ended
    except Drive2WalkError:
        sys.exit(REFUSED)  # the leader was given the same and says so


def team_size(num_envs: int, num_threads: int) -> int:
    """Return how many processes train so many robots on so many threads; 0 takes every one."""
    return max(1, min(num_threads or os.cpu_count() or 1, num_envs // LEAST_ROBOTS))
