"""The processes that train one policy together, each with robots of its own.

Threads would share the physics alone: gait, rewards and PPO are Python, of which one thread runs
at a time. So each process simulates and learns by itself, and they meet only to take means, as in
data-parallel training (Li et al., "PyTorch distributed", 2020, section 2).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

import torch
from torch import distributed

from drive2walk.experiment.errors import TrainingError

# Time that a process takes to end after its connection has closed, in seconds.
END_S = 5.0


class MainProcessEndedError(Exception):
    """The main process has ended, so that this worker has nothing left to do."""


@dataclasses.dataclass(frozen=True)
class TrainingProcesses:
    """All processes of a training run, seen from one of them.

    The process with rank 0 is the main one: it reports and saves. The others are workers, which
    end when the main process does.

    Attributes:
        count: Number of processes on all machines.
        rank: Number of this process, from 0.
        local_count: Number of processes on this machine.
        local_workers: Workers that this process has started itself.
    """

    count: int = 1
    rank: int = 0
    local_count: int = 1
    local_workers: Sequence[BaseProcess] = ()

    @property
    def is_main(self) -> bool:
        """Whether this process reports and saves."""
        return self.rank == 0

    def mean(self, values: torch.Tensor) -> torch.Tensor:
        """Replace ``values`` by their mean over all processes, and return them.

        Each process must call it equally often, with tensors of equal shape. The result has the
        same bits in all of them.

        Raises:
            TrainingError: Another process has ended, seen from the main one.
            MainProcessEndedError: Another process has ended, seen from a worker.
        """
        if self.count == 1:
            return values
        try:
            distributed.all_reduce(values)  # a sum: gloo has no mean
        except RuntimeError as error:
            raise self._lost_process() from error
        return values.div_(self.count)

    def broadcast(self, value: Any) -> Any:
        """Return the main process's ``value`` in every process; it is pickled.

        Raises:
            TrainingError: Another process has ended, seen from the main one.
            MainProcessEndedError: Another process has ended, seen from a worker.
        """
        if self.count == 1:
            return value
        values = [value]
        try:
            distributed.broadcast_object_list(values)
        except RuntimeError as error:
            raise self._lost_process() from error
        return values[0]

    def _lost_process(self) -> Exception:
        if not self.is_main:
            return MainProcessEndedError()
        # A connection closes some time before its process has an exit code.
        ended = connection.wait([w.sentinel for w in self.local_workers], timeout=END_S)
        for worker in self.local_workers:
            if worker.sentinel in ended:
                worker.join(timeout=END_S)
        return lost_worker_error(self.local_workers)


def lost_worker_error(workers: Sequence[BaseProcess]) -> TrainingError:
    """Return the error for a run that has lost one of its processes.

    Args:
        workers: Processes on this machine that may be the one.
    """
    codes = [worker.exitcode for worker in workers if worker.exitcode is not None]
    reason = "its own error is in the log of its machine"
    if codes:
        killed = any(code < 0 for code in codes)
        cause = "perhaps for lack of memory" if killed else "its own error is above"
        reason = f"exit code {', '.join(map(str, codes))}, {cause}"
    return TrainingError(
        f"a process of the training ended ({reason}). What was saved before is whole: go on from "
        "it with --resume. With num_threads: 1 there is one process only."
    )
