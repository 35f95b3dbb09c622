import pytest

from drive2walk.locomotion.training.callbacks.learning_rate import LearningRate


def test_the_learning_rate_follows_the_divergence() -> None:
    rate = LearningRate(1e-3, target_kl=0.01)
    rate.adapt(0.0)
    assert rate(1.0) == 1e-3
    rate.adapt(0.05)
    assert rate(1.0) == pytest.approx(1e-3 / 1.5)
    rate.adapt(0.001)
    assert rate(1.0) == pytest.approx(1e-3)
    rate.adapt(0.01)
    assert rate(1.0) == pytest.approx(1e-3)


def test_the_learning_rate_stays_within_its_bounds() -> None:
    rate = LearningRate(1e-3, target_kl=0.01)
    for _ in range(30):
        rate.adapt(1.0)
    assert rate.value == 1e-5
    for _ in range(30):
        rate.adapt(1e-4)
    assert rate.value == 1e-2
