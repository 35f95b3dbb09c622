"""A thing that can be set down in a room: its footprint and how to build it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from drive2walk.envs.scenes.builder import SceneBuilder


@dataclasses.dataclass(frozen=True)
class Item:
    """A thing about its own origin: x across, y towards its front, its back at y = -depth / 2.

    Attributes:
        width_m: extent along x.
        depth_m: extent along y.
        build: adds the geoms to a builder whose frame is the item's.
    """

    width_m: float
    depth_m: float
    build: Callable[[SceneBuilder], None]
