"""Measurements that arrive late."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Ids


class Delay:
    """Holds readings back for a constant time.

    Between samples the readings are interpolated. Until the first reading has arrived, it is what
    was measured before, as for a robot that stood still.

    Args:
        samples: Delay in samples, () for one robot or (N,) for N robots; need not be whole.
    """

    def __init__(self, samples: Array) -> None:
        whole = np.floor(samples).astype(np.intp)
        self._newer = whole
        self._older_weight = np.asarray(samples - whole)[..., None]
        self._depth = int(whole.max(initial=0)) + 2
        self._history: Array | None = None

    def push(self, reading: Array) -> Array:
        """Add a reading, (n,) or (N, n), and return the one that arrives now."""
        if self._history is None:
            self._history = np.repeat(reading[None], self._depth, axis=0)
        self._history = np.concatenate([reading[None], self._history[:-1]])
        newer, older = self._take(self._newer), self._take(self._newer + 1)
        return np.where(self._older_weight > 0, newer + self._older_weight * (older - newer), newer)

    def restart(self, reading: Array, ids: Ids) -> None:
        """Forget the readings of the robots ``ids`` (n rows) but ``reading``."""
        if self._history is not None:
            self._history[:, ids] = reading

    def _take(self, age: Ids) -> Array:
        assert self._history is not None
        if age.ndim == 0:
            return self._history[int(age)]
        return self._history[age, np.arange(len(age))]
