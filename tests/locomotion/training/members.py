"""What the members of a team do in the tests; a new process must be able to import it."""

import os
import time

import numpy as np

from drive2walk.locomotion.training.team import Team, led_team


def give_rank(team: Team) -> None:
    """Give the team its rank, again and again."""
    while True:
        team.mean(np.full(3, team.rank, dtype=np.float32))


def give_up(team: Team) -> None:
    """End as a process does that runs out of memory."""
    os._exit(9 + team.rank)


def tell_its_process_and_wait(team: Team) -> None:
    """Print the process and wait for the leader."""
    print(os.getpid(), flush=True)
    team.mean(np.zeros(1, dtype=np.float32))


def lead_and_wait() -> None:
    """Lead a team and do nothing."""
    with led_team(2, tell_its_process_and_wait):
        time.sleep(60)
