"""A thing that can be set down in a scene: its footprint and its builder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from drive2walk.envs.scenes.builder import SceneBuilder


@dataclasses.dataclass(frozen=True)
class Item:
    """A thing about its own origin, with its front towards +y.

    Attributes:
        width_m: Extent along x.
        depth_m: Extent along y; the back is at y = -depth_m / 2.
        build: Function that adds the geoms to a builder in the item's frame.
    """

    width_m: float
    depth_m: float
    build: Callable[[SceneBuilder], None]
