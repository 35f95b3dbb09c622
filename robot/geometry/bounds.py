"""Values kept within bounds."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array


def bound(values: Array, low: Array | float, high: Array | float) -> Array:
    """Return ``values`` limited to [low, high], NaN where they are NaN.

    ``numpy.clip`` gives the same, but for one robot its checks take longer than its work.
    """
    limited: Array = np.minimum(np.maximum(values, low), high)
    return limited
