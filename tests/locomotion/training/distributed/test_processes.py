import multiprocessing
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from drive2walk.experiment.errors import TrainingError
from drive2walk.locomotion.training.distributed.join import (
    MIN_ROBOTS,
    count_processes,
    join_processes,
)
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses
from tests.locomotion.training.distributed.workers import (
    build_network,
    compute_gradients,
    end_at_once,
    receive_once,
    refuse,
    share_gradients,
    share_rank,
)

ROOT = Path(__file__).parents[4]


def test_a_mean_is_over_all_processes() -> None:
    with join_processes(3, share_rank) as processes:
        for own in (0.0, 6.0):
            assert processes.mean(torch.full((3,), own)).tolist() == [own / 3 + 1] * 3
    assert not multiprocessing.active_children()


def test_a_broadcast_value_reaches_the_workers() -> None:
    with join_processes(2, receive_once) as processes:
        assert processes.broadcast(["any", "object", "at all"]) == ["any", "object", "at all"]
        assert processes.mean(torch.tensor(0.0)) == 1.5


def test_a_single_process_needs_no_other() -> None:
    values = torch.tensor([1.5, -2.0])
    assert TrainingProcesses().mean(values).tolist() == [1.5, -2.0]
    assert TrainingProcesses().broadcast("value") == "value"


def test_a_worker_that_ends_is_reported_in_one_line() -> None:
    with (
        join_processes(2, end_at_once) as processes,
        pytest.raises(TrainingError, match=r"code 10, its own error .* --resume"),
    ):
        processes.mean(torch.zeros(1))
    assert not multiprocessing.active_children()


def test_a_worker_that_refuses_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        join_processes(2, refuse) as processes,
        pytest.raises(TrainingError, match="exit code 2"),
    ):
        processes.mean(torch.zeros(1))
    assert capfd.readouterr().err == ""


def test_a_worker_that_never_joins_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])  # a new process finds neither torch nor the tests
    monkeypatch.setattr("multiprocessing.spawn.get_preparation_data", _without_main)
    with (
        pytest.raises(TrainingError, match="exit code"),
        join_processes(2, share_rank),
    ):
        pass
    assert not multiprocessing.active_children()


def _without_main(name: str) -> dict[str, object]:
    return {"name": name, "sys_path": []}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_a_main_process_that_is_stopped(end: signal.Signals) -> None:
    start = (
        "from tests.locomotion.training.distributed.workers import start_worker_and_sleep;"
        "start_worker_and_sleep()"
    )
    command = [sys.executable, "-c", start]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as main:  # type: ignore[call-overload]
        worker = int(main.stdout.readline())
        assert _runs(worker)
        main.send_signal(end)
        _, errors = main.communicate(timeout=20)
    assert errors.count("Traceback") == (end == signal.SIGINT)  # KeyboardInterrupt, once
    deadline = time.monotonic() + 10
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(worker)


def test_each_process_has_enough_robots() -> None:
    assert count_processes(MIN_ROBOTS, 8) == 1
    assert count_processes(512, 2) == 2
    assert count_processes(512, 16) == 512 // MIN_ROBOTS
    assert count_processes(16, 0) == 1
    assert count_processes(10**6, 0) >= 1


def test_the_gradients_of_halves_are_those_of_the_whole() -> None:
    network, inputs = build_network()
    network(inputs).square().mean().backward()
    with join_processes(2, share_gradients) as processes:
        gradients = compute_gradients(processes)
        for gradient, parameter in zip(gradients, network.parameters(), strict=True):
            assert parameter.grad is not None
            assert torch.allclose(gradient, parameter.grad, atol=1e-6)
            # Equal in both processes, to the last bit: the mean of both is each of them.
            before = gradient.clone()
            assert (processes.mean(gradient) == before).all()


def _runs(process: int) -> bool:
    """Return whether a process runs; one that has ended may wait to be collected."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
