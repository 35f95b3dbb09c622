"""Where a foot can stand: the footprint that balance asks for, moved off the edges of the ground.

A sole that lands across the edge of a step tips. Near the wanted footprint, the one is taken whose
ground is even under the whole sole; the swing leg then knows how high it ends and what is between.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from drive2walk.locomotion.gait.ground import Ground
from drive2walk.robot.geometry.arrays import Array

# The ground is looked at in cells of this size, forwards and sideways: 9 along, 8 across, of which
# a sole that may be turned covers 5 and 5. A footprint moves two cells forwards or back, and three
# away from the foot that stands.
CELL_M = np.array([0.05, 0.04])
AHEAD, OUTWARD = np.arange(-4, 5), np.arange(-2, 6)
SOLE_CELLS = (5, 5)
SHIFTS = np.stack(np.meshgrid(AHEAD[2:-2], OUTWARD[2:-2], indexing="ij"), axis=-1) * CELL_M
# Unevenness that an ankle takes; beyond, each metre of it costs as much as five metres of a shift.
EVEN_M = 0.02
SHIFT_COST = 0.2
# What it costs to aim elsewhere by a metre at the end of a step, when the foot can't follow.
CHANGE_COST = 0.3
# Where the swing foot's way is looked at, as shares of it.
WAY = np.linspace(0.0, 1.0, 8)


@dataclasses.dataclass(frozen=True)
class Foothold:
    """Where the swing feet of N robots will stand.

    Attributes:
        place: from the stance sole's centre, upright frame, (N, 2) m.
        rise: how much higher than the stance sole, (N,) m.
        hurdle: by how much the ground on the way is higher than both its ends, (N,) m.
    """

    place: Array
    rise: Array
    hurdle: Array

    @classmethod
    def level(cls, place: Array) -> Foothold:
        """Return footholds at ``place`` (N, 2) on ground as high as the stance sole."""
        zeros = np.zeros(len(place))
        return cls(place, zeros, zeros)

    @classmethod
    def find(
        cls,
        place: Array,
        aim: Array,
        phase: Array,
        outward: Array,
        start: Array,
        stance: Array,
        ground: Ground,
    ) -> Foothold:
        """Return the best footholds near ``place``.

        Args:
            place: wanted, from the stance sole's centre, upright frame, (N, 2) m.
            aim: where the foot was going, the same, NaN if nowhere yet, (N, 2) m.
            phase: of the step, (N,).
            outward: +1 where the swing foot is the left one, else −1, (N,).
            start: where the swing soles lifted off, upright frame, (N, 3) m.
            stance: the stance soles' centres, upright frame, (N, 3) m.
            ground: what is known of it; unknown ground is taken for level.
        """
        sides = np.stack([np.ones_like(outward), outward], axis=1)
        grid = np.stack(np.meshgrid(AHEAD, OUTWARD, indexing="ij"), axis=-1) * CELL_M
        around = (stance[:, :2] + place)[:, None] + grid.reshape(-1, 2) * sides[:, None]
        seen = _seen(ground, around, stance[:, 2])
        soles = sliding_window_view(seen.reshape(len(place), *grid.shape[:2]), SOLE_CELLS, (1, 2))
        corners = soles[..., ::2, ::2].reshape(len(place), SHIFTS.shape[0] * SHIFTS.shape[1], -1)
        shifts = SHIFTS.reshape(-1, 2)
        cost = np.maximum(np.ptp(corners, axis=2) - EVEN_M, 0.0)
        cost += SHIFT_COST * np.linalg.norm(shifts, axis=1)
        choices = place[:, None] + shifts * sides[:, None]
        change = np.nan_to_num(np.linalg.norm(choices - aim[:, None], axis=2))
        row = np.arange(len(place))
        best = np.argmin(cost + CHANGE_COST * phase[:, None] * change, axis=1)
        found = choices[row, best]
        top = np.median(corners[row, best], axis=1)
        way = start[:, None, :2] + WAY[:, None] * (stance[:, :2] + found - start[:, :2])[:, None]
        highest = _seen(ground, way, stance[:, 2]).max(axis=1)
        hurdle = np.maximum(highest - np.maximum(top, start[:, 2]), 0.0)
        return cls(found, top - stance[:, 2], hurdle)


def _seen(ground: Ground, points: Array, level: Array) -> Array:
    """Return the ground's height under points (N, k, 2), ``level`` (N,) where it is unknown."""
    height = ground.height(points)
    return np.where(np.isnan(height), level[:, None], height)
