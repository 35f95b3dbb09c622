"""Where two feet on the ground must push so that the capture point comes to rest.

Under both feet the ground's push may be anywhere in the support, so that the capture point can be
brought to rest without a step: ξ' = ω0 (ξ − p) for a push at p. Source: Englsberger et al.,
"Three-dimensional bipedal walking control based on divergent component of motion", 2015.
"""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound

# The push stays this far inside the support: a foot that pushes with its edge tips over.
HALF_LENGTH_M, HALF_WIDTH_M = 0.07, 0.02


def foot_pushes(capture_point: Array, soles: Array, gain: float) -> tuple[Array, Array]:
    """Return where each foot pushes and which fraction of the weight it carries.

    Args:
        capture_point: ξ relative to the middle between the soles, upright frame, (N, 2) m.
        soles: Centres of the soles, upright frame, (N, 2, 3) m.
        gain: Distance beyond ξ to push, for each metre that ξ is off the middle.

    Returns:
        Points relative to each sole's centre, (N, 2, 2) m, and fractions, (N, 2).
    """
    point = (1 + gain) * capture_point
    reach = np.maximum((soles[:, 0, 1] - soles[:, 1, 1]) / 2, 1e-3)
    left = bound(0.5 + point[:, 1] / (2 * reach), 0, 1)
    on_foot = np.empty((len(point), 2, 2))
    on_foot[..., 0] = bound(point[:, :1], -HALF_LENGTH_M, HALF_LENGTH_M)
    beyond = point[:, 1] - bound(point[:, 1], -reach, reach)
    on_foot[..., 1] = bound(beyond, -HALF_WIDTH_M, HALF_WIDTH_M)[:, None]
    return on_foot, np.array([left, 1 - left]).T


def push_point(capture_point: Array, soles: Array, gain: float) -> Array:
    """Return where both feet together must push, relative to the base, (N, 2) m.

    Arguments as in ``foot_pushes``.
    """
    on_foot, fraction = foot_pushes(capture_point, soles, gain)
    point: Array = ((soles[..., :2] + on_foot) * fraction[..., None]).sum(axis=1)
    return point
