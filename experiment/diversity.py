"""Diversity of a set of scenes: the entropy of each factor, and one score over all factors.

The score is the Vendi score: the exponential of the entropy of a similarity kernel's eigenvalues,
which is the effective number of different members (Friedman and Dieng, "The Vendi Score", 2023).
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Number of bins that a number's range is divided into.
BINS = 10
# Greatest number of compared members: the eigenvalues' cost grows with its cube.
MOST_MEMBERS = 256


@dataclasses.dataclass(frozen=True)
class Diversity:
    """Diversity of a set of drawn parameters.

    Attributes:
        members: Number of compared members, evenly spaced in the set.
        vendi: Effective number of different members, 1 to ``members``.
        score: log(vendi) / log(members): 0 if all members are equal, at most 1.
        entropies: Normalised entropy of each factor: 0 if the factor is constant, 1 if all of its
            values are equally frequent.
        ranges: Least and greatest value of each numeric factor.
        kinds: Number of different values of each other factor.
    """

    members: int
    vendi: float
    score: float
    entropies: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    kinds: dict[str, int]

    def text(self) -> str:
        """Return one line that describes the diversity."""
        parts = [f"{name} {value:.2f}" for name, value in sorted(self.entropies.items())]
        return (
            f"diversity: {self.vendi:.1f} effective of {self.members} scenes "
            f"(score {self.score:.2f}); entropy by factor: {', '.join(parts)}"
        )


def vendi(kernel: NDArray[np.floating]) -> float:
    """Return the Vendi score of a kernel, 1 to n.

    Args:
        kernel: Similarities (n, n), positive semi-definite, with ones on the diagonal.
    """
    values = np.linalg.eigvalsh(kernel / len(kernel))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))


def entropy(values: Sequence[Any]) -> float:
    """Return the Shannon entropy of hashable values, in nats."""
    counts = np.array(list(Counter(values).values()), np.float64)
    fractions = counts / counts.sum()
    return max(0.0, float(-(fractions * np.log(fractions)).sum()))


def parameter_diversity(
    drawn: Sequence[dict[str, Any]], reference: Diversity | None = None
) -> Diversity:
    """Return the diversity of drawn parameters, over the factors that every member has.

    Args:
        drawn: Values by factor for each member, at least one member. A value is a number, a word,
            a boolean, or a list of these.
        reference: Diversity whose ranges and numbers of kinds normalise the entropies; without it
            the set's own do.
    """
    picked = np.unique(np.linspace(0, len(drawn) - 1, MOST_MEMBERS).round().astype(int))
    members = [drawn[i] for i in picked]
    names = sorted(set.intersection(*(set(member) for member in members)))
    columns = {name: [member[name] for member in members] for name in names}
    ranges = {name: _range(column) for name, column in columns.items() if _are_numbers(column)}
    kinds = {name: _count_kinds(column) for name, column in columns.items() if name not in ranges}
    wanted = reference or Diversity(0, 0.0, 0.0, {}, {}, {})
    kernels, entropies = [], {}
    for name, column in columns.items():
        if name in ranges:
            places = _normalise(column, wanted.ranges.get(name, ranges[name]))
            kernels.append(1 - np.abs(places[:, None] - places[None]))
            bins = np.minimum((places * BINS).astype(int), BINS - 1)
            entropies[name] = _normalised_entropy(bins.tolist(), BINS)
        else:
            words = [_words(value) for value in column]
            kernels.append(_cosine_kernel(words))
            most = max(kinds[name], wanted.kinds.get(name, 0))
            entropies[name] = _normalised_entropy([tuple(sorted(w)) for w in words], most)
    effective = vendi(np.mean(kernels, axis=0)) if kernels else 1.0
    score = math.log(effective) / math.log(len(members)) if len(members) > 1 else 0.0
    return Diversity(len(members), effective, max(score, 0.0), entropies, ranges, kinds)


def _are_numbers(column: Sequence[Any]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in column)


def _count_kinds(column: Sequence[Any]) -> int:
    return len({tuple(sorted(_words(value))) for value in column})


def _range(column: Sequence[float]) -> tuple[float, float]:
    return float(min(column)), float(max(column))


def _normalise(column: Sequence[float], bounds: tuple[float, float]) -> NDArray[np.float64]:
    """Return the positions of numbers within their range, 0 to 1."""
    low, high = bounds
    width = high - low if high > low else 1.0
    return np.clip((np.array(column, np.float64) - low) / width, 0, 1)


def _words(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _cosine_kernel(words: list[list[str]]) -> NDArray[np.float64]:
    """Return the cosine of the word counts of every two members, (n, n)."""
    index = {word: k for k, word in enumerate(sorted({w for each in words for w in each}))}
    counts = np.zeros((len(words), len(index) + 1))
    for row, each in enumerate(words):
        # The last column stands for an empty list, so that empty lists equal each other.
        np.add.at(counts[row], [index[w] for w in each] or [len(index)], 1)
    counts /= np.linalg.norm(counts, axis=1, keepdims=True)
    return counts @ counts.T


def _normalised_entropy(values: list[Any], most: int) -> float:
    """Return the entropy divided by its maximum for ``most`` different values."""
    kinds = min(len(values), most)
    return entropy(values) / math.log(kinds) if kinds > 1 else 0.0
