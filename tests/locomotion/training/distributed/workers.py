"""Work for the workers of the tests; a new process must be able to import it."""

import os
import time

import torch

from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.training.distributed.gradient_mean import GradientMean
from drive2walk.locomotion.training.distributed.join import join_processes
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses


def share_rank(processes: TrainingProcesses) -> None:
    """Contribute the rank to one mean after the other."""
    while True:
        processes.mean(torch.full((3,), float(processes.rank)))


def receive_once(processes: TrainingProcesses) -> None:
    """Receive a value and send its length back as a contribution to a mean."""
    value = processes.broadcast(None)
    processes.mean(torch.tensor(float(len(value))))


def end_at_once(processes: TrainingProcesses) -> None:
    """End like a process that runs out of memory."""
    os._exit(9 + processes.rank)


def refuse(processes: TrainingProcesses) -> None:
    """Refuse the work, as the main process does too."""
    raise ConfigError("a setting is wrong")


def print_process_and_wait(processes: TrainingProcesses) -> None:
    """Print the process id and wait for the main process."""
    print(os.getpid(), flush=True)
    processes.mean(torch.zeros(1))


def start_worker_and_sleep() -> None:
    """Start a worker and sleep."""
    with join_processes(2, print_process_and_wait):
        time.sleep(60)


def compute_gradients(processes: TrainingProcesses) -> list[torch.Tensor]:
    """Return the gradients of every second input, in the second of two backward passes.

    The second mean must not contain the first.
    """
    network, inputs = build_network()
    GradientMean(network, processes)
    for _ in range(2):
        network.zero_grad()
        network(inputs[processes.rank :: processes.count]).square().mean().backward()
    return [p.grad for p in network.parameters() if p.grad is not None]


def build_network() -> tuple[torch.nn.Module, torch.Tensor]:
    """Return a network and inputs for it, the same in every process."""
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    return network, torch.randn(10, 3)


def share_gradients(processes: TrainingProcesses) -> None:
    """Compute the worker's part of the gradients and average the mean once more."""
    for gradient in compute_gradients(processes):
        processes.mean(gradient)
