import multiprocessing
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from drive2walk.experiment.errors import TrainingError
from drive2walk.locomotion.training.gradient_mean import GradientMean
from drive2walk.locomotion.training.team import LEAST_ROBOTS, Team, led_team, team_size
from tests.locomotion.training.members import give_rank, give_up


def test_a_mean_is_over_all_members() -> None:
    with led_team(3, give_rank) as team:
        for own in (0.0, 6.0):
            assert team.mean(np.full(3, own, dtype=np.float32)).tolist() == [own / 3 + 1] * 3
    assert not multiprocessing.active_children()


def test_who_is_alone_is_the_mean() -> None:
    values = np.array([1.5, -2.0], dtype=np.float32)
    assert (Team().mean(values) == values).all()


def test_a_member_that_ends_is_told_of_in_one_line() -> None:
    with (
        led_team(2, give_up) as team,
        pytest.raises(TrainingError, match=r"code 10\), its own error"),
    ):
        team.mean(np.zeros(1, dtype=np.float32))


def test_members_end_with_a_leader_that_is_killed() -> None:
    lead = "from tests.locomotion.training.members import lead_and_wait; lead_and_wait()"
    command, root = [sys.executable, "-c", lead], Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True) as leader:
        assert leader.stdout is not None
        member = int(leader.stdout.readline())
        assert _runs(member)
        leader.kill()
    deadline = time.monotonic() + 10
    while _runs(member) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(member)


def test_a_process_has_robots_enough_to_be_worth_it() -> None:
    assert team_size(LEAST_ROBOTS, 8) == 1
    assert team_size(512, 2) == 2
    assert team_size(512, 16) == 512 // LEAST_ROBOTS
    assert team_size(16, 0) == 1
    assert team_size(10**6, 0) >= 1


def test_gradients_of_halves_are_the_gradient_of_the_whole() -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    inputs = torch.randn(10, 3)
    network(inputs).square().mean().backward()
    whole = [p.grad.clone() for p in network.parameters()]

    here, there = multiprocessing.Pipe()
    teams = [Team(2, 0, [here]), Team(2, 1, [there])]
    twins = [_copy_of(network) for _ in teams]
    members = [
        threading.Thread(target=_pass_twice, args=(twin, team, inputs[team.rank :: 2]))
        for twin, team in zip(twins, teams, strict=True)
    ]
    for member in members:
        member.start()
    for member in members:
        member.join()
    for mine, other, wanted in zip(*(twin.parameters() for twin in twins), whole, strict=True):
        assert (mine.grad == other.grad).all()
        assert torch.allclose(mine.grad, wanted, atol=1e-6)


def _runs(process: int) -> bool:
    """Return whether a process runs; one that has ended may wait to be collected."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _copy_of(network: torch.nn.Sequential) -> torch.nn.Sequential:
    twin = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    twin.load_state_dict(network.state_dict())
    return twin


def _pass_twice(network: torch.nn.Module, team: Team, inputs: torch.Tensor) -> None:
    """Pass back twice, as in two minibatches: the second mean must not hold the first."""
    GradientMean(network, team)
    for _ in range(2):
        network.zero_grad()
        network(inputs).square().mean().backward()
