"""Confidence intervals of means over seeds and of fractions of trials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

# Confidence level of every interval.
LEVEL = 0.95


class Interval(NamedTuple):
    """A mean and its 95 % interval.

    Attributes:
        mean: Mean; NaN without values.
        low: Lower bound; NaN for fewer than 2 values.
        high: Upper bound; NaN for fewer than 2 values.
    """

    mean: float
    low: float
    high: float


def mean_interval(values: Sequence[float]) -> Interval:
    """Return the mean of independent values with Student's t interval (Student, 1908)."""
    count = len(values)
    mean = float(np.mean(values)) if count else math.nan
    if count < 2:
        return Interval(mean, math.nan, math.nan)
    error = float(np.std(values, ddof=1)) / math.sqrt(count)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, count - 1)) * error
    return Interval(mean, mean - reach, mean + reach)


def fraction_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the bounds of the 95 % interval of a fraction (Wilson, 1927).

    Args:
        successes: Number of successful trials.
        trials: Number of trials, at least 1.
    """
    interval = stats.binomtest(successes, trials).proportion_ci(LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the bounds of the 95 % interval of a median, None for fewer than 6 values.

    They are order statistics, so that the values may have any distribution (Conover, 1999, 3.2).
    """
    ordered = sorted(values)
    rank = int(stats.binom.ppf((1 - LEVEL) / 2, len(ordered), 0.5))
    return None if rank < 1 else (ordered[rank - 1], ordered[-rank])
