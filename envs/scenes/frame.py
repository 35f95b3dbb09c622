"""Frames that are moved and turned about the vertical."""

from __future__ import annotations

import dataclasses
import math

Vector = tuple[float, float, float]


@dataclasses.dataclass(frozen=True)
class Frame:
    """A frame in the world.

    Attributes:
        origin: Position in the world, m.
        yaw: Turn about the world's vertical, rad.
    """

    origin: Vector = (0.0, 0.0, 0.0)
    yaw: float = 0.0

    def child(self, origin: Vector, yaw: float) -> Frame:
        """Return the frame at ``origin`` of this one, turned by ``yaw`` against it."""
        return Frame(self.to_world(origin), self.yaw + yaw)

    def to_world(self, point: Vector) -> Vector:
        """Return a point of this frame in the world."""
        cos, sin = math.cos(self.yaw), math.sin(self.yaw)
        x, y, z = point
        ox, oy, oz = self.origin
        return (ox + cos * x - sin * y, oy + sin * x + cos * y, oz + z)
