import pytest
import torch

from drive2walk.perception.network.network import Network
from drive2walk.perception.training.averaging import MovingAverage


def test_the_average_follows_the_formula_with_a_lower_decay_at_the_start(
    tiny_network: Network,
) -> None:
    average = MovingAverage(tiny_network, decay=0.3)
    weight = tiny_network.surface_head.predict.bias
    statistics = tiny_network.trunk.stem[1].running_mean
    assert weight is not None
    expected = weight.detach().clone(), statistics.clone()
    for step, decay in enumerate((1 / 10, 2 / 11, 3 / 12, 0.3, 0.3)):
        with torch.no_grad():
            weight.add_(step + 1.0)
            statistics.sub_(step + 1.0)
        average.update(tiny_network, step)
        expected = tuple(
            decay * before + (1 - decay) * now
            for before, now in zip(expected, (weight.detach(), statistics), strict=True)
        )
    averaged = average.network.surface_head.predict.bias
    assert averaged is not None
    assert averaged.tolist() == pytest.approx(expected[0].tolist(), rel=1e-5)
    mean = average.network.trunk.stem[1].running_mean
    assert mean.tolist() == pytest.approx(expected[1].tolist(), rel=1e-5)


def test_counters_of_batch_norms_are_copied(tiny_network: Network) -> None:
    average = MovingAverage(tiny_network, decay=0.9)
    tiny_network.train()(torch.rand(2, 3, 64, 64))
    average.update(tiny_network, 0)
    assert average.network.trunk.stem[1].num_batches_tracked == 1


def test_the_average_is_separate_and_does_not_learn(tiny_network: Network) -> None:
    average = MovingAverage(tiny_network, decay=0.9).network
    assert not average.training
    assert not any(parameter.requires_grad for parameter in average.parameters())
    assert all(parameter.requires_grad for parameter in tiny_network.parameters())
    with torch.no_grad():
        tiny_network.surface_head.predict.weight.zero_()
    assert average.surface_head.predict.weight.abs().sum() > 0
