"""Where a foot can stand: the footprint that balance asks for, moved off the edges of the ground.

A sole that lands across the edge of a step tips over. Of the places near the wanted footprint, the
one is taken whose ground is even under the whole sole; the swing leg then knows how high it ends
and what lies between.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from drive2walk.locomotion.gait.ground import Ground
from drive2walk.robot.geometry.arrays import Array

# The ground is examined in cells of this size, forwards and sideways: 9 along, 8 across, of which
# a sole that may be turned covers 5 and 5. A footprint moves by up to two cells forwards or back,
# and by up to three away from the foot that stands.
CELL_M = np.array([0.05, 0.04])
AHEAD, OUTWARD = np.arange(-4, 5), np.arange(-2, 6)
GRID = np.stack(np.meshgrid(AHEAD, OUTWARD, indexing="ij"), axis=-1) * CELL_M
SOLE_CELLS = (5, 5)
SHIFTS = (GRID[2:-2, 2:-2]).reshape(-1, 2)
# Unevenness that an ankle takes; beyond, each metre of it costs as much as five metres of a shift.
EVEN_M = 0.02
SHIFT_COST = 0.2
# Cost of aiming elsewhere by a metre at the end of a step, when the foot can't follow.
CHANGE_COST = 0.3
# Fractions of the swing foot's way at which its ground is examined.
WAY = np.linspace(0.0, 1.0, 8)


@dataclasses.dataclass(frozen=True)
class Swing:
    """The swing of N robots, for which a foothold is searched.

    Attributes:
        phase: Phase of the step, (N,).
        side: +1 where the swing foot is the left one, else −1, (N,).
        start: Points where the swing soles lifted off, upright frame, (N, 3) m.
        stance: Centres of the stance soles, upright frame, (N, 3) m.
        aim: Target so far, relative to the stance sole, NaN where there is none, (N, 2) m.
    """

    phase: Array
    side: Array
    start: Array
    stance: Array
    aim: Array


@dataclasses.dataclass(frozen=True)
class Foothold:
    """Where the swing feet of N robots will stand.

    Attributes:
        place: Position relative to the stance sole's centre, upright frame, (N, 2) m.
        rise: Height above the stance sole, (N,) m.
        hurdle: Height of the ground on the way above both its ends, (N,) m.
    """

    place: Array
    rise: Array
    hurdle: Array

    @classmethod
    def on_level(cls, place: Array) -> Foothold:
        """Return footholds at ``place`` (N, 2) on ground as high as the stance sole."""
        zeros = np.zeros(len(place))
        return cls(place, zeros, zeros)

    @classmethod
    def near(cls, place: Array, swing: Swing, ground: Ground) -> Foothold:
        """Return the best footholds near ``place``; unseen ground counts as level.

        Args:
            place: Wanted position relative to the stance sole, upright frame, (N, 2) m.
            swing: The swings that end there.
            ground: The ground around the robots.
        """
        sides = np.stack([np.ones_like(swing.side), swing.side], axis=1)
        level, row = swing.stance[:, 2], np.arange(len(place))
        corners = _sole_corners(place, sides, swing.stance, ground)
        cost = np.maximum(np.ptp(corners, axis=2) - EVEN_M, 0.0)
        cost += SHIFT_COST * np.linalg.norm(SHIFTS, axis=1)
        choices = place[:, None] + SHIFTS * sides[:, None]
        change = np.nan_to_num(np.linalg.norm(choices - swing.aim[:, None], axis=2))
        best = np.argmin(cost + CHANGE_COST * swing.phase[:, None] * change, axis=1)
        found, top = choices[row, best], np.median(corners[row, best], axis=1)
        return cls(found, top - level, _hurdle(found, top, swing, ground))


def _sole_corners(place: Array, sides: Array, stance: Array, ground: Ground) -> Array:
    """Return the ground's height under nine points of the sole at each shift, (N, shifts, 9) m."""
    around = (stance[:, :2] + place)[:, None] + GRID.reshape(-1, 2) * sides[:, None]
    seen = _seen_height(ground, around, stance[:, 2]).reshape(len(place), *GRID.shape[:2])
    soles = sliding_window_view(seen, SOLE_CELLS, (1, 2))
    return soles[..., ::2, ::2].reshape(len(place), len(SHIFTS), -1)


def _hurdle(found: Array, top: Array, swing: Swing, ground: Ground) -> Array:
    """Return the height of the ground on the way to ``found`` above both its ends, (N,) m."""
    start, stance = swing.start, swing.stance
    way = start[:, None, :2] + WAY[:, None] * (stance[:, :2] + found - start[:, :2])[:, None]
    highest = _seen_height(ground, way, stance[:, 2]).max(axis=1)
    return np.maximum(highest - np.maximum(top, start[:, 2]), 0.0)


def _seen_height(ground: Ground, points: Array, level: Array) -> Array:
    """Return the ground's height under points (N, k, 2), ``level`` (N,) where it is unseen."""
    height = ground.height(points)
    return np.where(np.isnan(height), level[:, None], height)
