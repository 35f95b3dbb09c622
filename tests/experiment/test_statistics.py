import math

import pytest

from drive2walk.experiment.statistics import (
    fraction_interval,
    mean_interval,
    median_interval,
)


def test_students_interval_by_hand() -> None:
    interval = mean_interval([0.1, 0.2, 0.3])
    # The mean's standard error is .1 / sqrt(3); Student's t of two degrees of freedom is 4.303.
    reach = 4.302653 * 0.1 / math.sqrt(3)
    assert interval == pytest.approx((0.2, 0.2 - reach, 0.2 + reach), rel=1e-6)


def test_one_value_has_no_interval_and_no_values_have_no_mean() -> None:
    assert mean_interval([0.4])[0] == 0.4
    assert math.isnan(mean_interval([0.4]).low)
    assert math.isnan(mean_interval([]).mean)


def test_wilsons_interval_by_hand() -> None:
    # z = 1.96: the centre is (p + z² / 2n) / (1 + z² / n) for p = 3/4 and n = 4.
    z, p, n = 1.959964, 0.75, 4
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert fraction_interval(3, 4) == pytest.approx((centre - reach, centre + reach), rel=1e-6)


def test_the_interval_of_a_median_by_hand() -> None:
    # Ten values: P(at most one lies below the median) is 11 / 1024, P(at most two) 56 / 1024.
    values = [5.0, 1.0, 9.0, 3.0, 10.0, 7.0, 2.0, 8.0, 4.0, 6.0]
    assert median_interval(values) == (2.0, 9.0)
    # The smallest and the largest of six miss the median with a probability of 2 / 64.
    assert median_interval(values[:6]) == (1.0, 10.0)
    assert median_interval(values[:5]) is None
