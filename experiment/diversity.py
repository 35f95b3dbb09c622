"""How diverse a set is: entropies, factor by factor, and one score over all of them.

The score is Vendi's: the exponential of the entropy of a similarity kernel's eigenvalues
(Friedman and Dieng, "The Vendi Score", 2023), the effective number of different members.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Numbers are counted in this many bins of their range.
BINS = 10
# More members than this say no more, and the kernel's cost grows with their cube.
MOST_MEMBERS = 256


@dataclasses.dataclass(frozen=True)
class Diversity:
    """How diverse a set of drawn parameters is.

    Attributes:
        members: how many were compared, evenly picked.
        vendi: effective number of different members, 1 to ``members``.
        score: log(vendi) / log(members), 0 where all are the same, at most 1.
        entropies: of each factor, normalised: 0 where it is frozen, 1 where all its values are
            equally frequent.
        ranges: least and greatest value of each factor that is a number.
        kinds: how many different values each factor has that is a word.
    """

    members: int
    vendi: float
    score: float
    entropies: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    kinds: dict[str, int]

    def text(self) -> str:
        """Return one line for people."""
        parts = [f"{name} {value:.2f}" for name, value in sorted(self.entropies.items())]
        return (
            f"diversity: {self.vendi:.1f} effective of {self.members} scenes "
            f"(score {self.score:.2f}); entropy by factor: {', '.join(parts)}"
        )


def vendi(kernel: NDArray[np.floating]) -> float:
    """Return the Vendi score of a kernel (n, n): positive semi-definite, 1 on its diagonal."""
    values = np.linalg.eigvalsh(kernel / len(kernel))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))


def entropy(values: Sequence[Any]) -> float:
    """Return the Shannon entropy of hashable values, in nats."""
    counts = np.array(list(Counter(values).values()), np.float64)
    shares = counts / counts.sum()
    return max(0.0, float(-(shares * np.log(shares)).sum()))


def parameter_diversity(
    drawn: Sequence[dict[str, Any]], reference: Diversity | None = None
) -> Diversity:
    """Return how diverse drawn parameters are; factors that not every member has are left out.

    Args:
        drawn: a mapping of factor to value for each member: a number, a word, a truth value, or
            a list of such. There must be one at least.
        reference: whose ranges and kinds are what there could be; the set's own without it.
    """
    picked = np.unique(np.linspace(0, len(drawn) - 1, MOST_MEMBERS).round().astype(int))
    members = [drawn[i] for i in picked]
    names = sorted(set.intersection(*(set(member) for member in members)))
    columns = {name: [member[name] for member in members] for name in names}
    ranges = {name: _range(column) for name, column in columns.items() if _are_numbers(column)}
    kinds = {name: _kinds(column) for name, column in columns.items() if name not in ranges}
    could = reference or Diversity(0, 0.0, 0.0, {}, {}, {})
    kernels, entropies = [], {}
    for name, column in columns.items():
        if name in ranges:
            places = _places(column, could.ranges.get(name, ranges[name]))
            kernels.append(1 - np.abs(places[:, None] - places[None]))
            bins = np.minimum((places * BINS).astype(int), BINS - 1)
            entropies[name] = _normalised(bins.tolist(), BINS)
        else:
            words = [_words(value) for value in column]
            kernels.append(_overlap(words))
            most = max(kinds[name], could.kinds.get(name, 0))
            entropies[name] = _normalised([tuple(sorted(w)) for w in words], most)
    effective = vendi(np.mean(kernels, axis=0)) if kernels else 1.0
    score = math.log(effective) / math.log(len(members)) if len(members) > 1 else 0.0
    return Diversity(len(members), effective, max(score, 0.0), entropies, ranges, kinds)


def _are_numbers(column: Sequence[Any]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in column)


def _kinds(column: Sequence[Any]) -> int:
    return len({tuple(sorted(_words(value))) for value in column})


def _range(column: Sequence[float]) -> tuple[float, float]:
    return float(min(column)), float(max(column))


def _places(column: Sequence[float], bounds: tuple[float, float]) -> NDArray[np.float64]:
    """Return where numbers lie in their range, 0 to 1."""
    low, high = bounds
    width = high - low if high > low else 1.0
    return np.clip((np.array(column, np.float64) - low) / width, 0, 1)


def _words(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _overlap(words: list[list[str]]) -> NDArray[np.float64]:
    """Return the cosine between the word counts of every two members."""
    index = {word: k for k, word in enumerate(sorted({w for each in words for w in each}))}
    counts = np.zeros((len(words), len(index) + 1))
    for row, each in enumerate(words):
        # A list without a word is like other such lists only.
        np.add.at(counts[row], [index[w] for w in each] or [len(index)], 1)
    counts /= np.linalg.norm(counts, axis=1, keepdims=True)
    return counts @ counts.T


def _normalised(values: list[Any], most: int) -> float:
    """Return the entropy over what it is at most, for so many different values."""
    kinds = min(len(values), most)
    return entropy(values) / math.log(kinds) if kinds > 1 else 0.0
