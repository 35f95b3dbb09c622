import types

import pytest

from drive2walk.locomotion.training.callbacks.budget import Budget, SampleCount, Stopwatch
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses


def test_a_stopwatch_goes_on_from_an_earlier_time() -> None:
    stopwatch = Stopwatch()
    stopwatch.elapsed_s = 100.0
    assert 100 <= stopwatch.elapsed_s < 101


@pytest.mark.parametrize(
    ("elapsed_s", "samples", "goes_on"),
    [(0.0, 99, True), (0.0, 100, False), (61.0, 99, False)],
)
def test_a_run_ends_when_its_time_or_its_samples_are_used_up(
    elapsed_s: float, samples: int, goes_on: bool
) -> None:
    stopwatch = Stopwatch()
    stopwatch.elapsed_s = elapsed_s
    budget = Budget(stopwatch, max_s=60.0, max_samples=100)
    budget.model = types.SimpleNamespace(num_timesteps=samples)
    assert budget.on_step() == goes_on


def test_without_a_limit_samples_do_not_end_a_run() -> None:
    budget = Budget(Stopwatch(), max_s=60.0, max_samples=0)
    budget.model = types.SimpleNamespace(num_timesteps=10**9)
    assert budget.on_step()


def test_samples_of_all_processes_count() -> None:
    count = SampleCount(TrainingProcesses(count=3))
    count.model = types.SimpleNamespace(num_timesteps=10, n_envs=5)
    count.on_step()
    assert count.model.num_timesteps == 20
