"""The cross section of a street."""

from __future__ import annotations

import dataclasses
import math

LENGTH_M = 90.0


@dataclasses.dataclass(frozen=True)
class Section:
    """The cross section of a street; the middle of the road is y = 0.

    Attributes:
        lanes: Number of driving lanes.
        lane_m: Width of a lane.
        parking_m: Width of the parking strip at each kerb.
        pavement_m: Width of each pavement.
        verge_m: Width of the front gardens on each side.
    """

    lanes: int
    lane_m: float
    parking_m: float
    pavement_m: float
    verge_m: float

    @property
    def kerb_m(self) -> float:
        """Half the road's width: the kerbs are at y = ±kerb_m."""
        return self.lanes * self.lane_m / 2 + self.parking_m

    @property
    def house_m(self) -> float:
        """Distance of the house fronts from the middle of the road."""
        return self.kerb_m + self.pavement_m + self.verge_m

    def driving_lanes(self, *, drive_left: bool) -> list[tuple[float, float]]:
        """Return y in metres and yaw in radians of each driving lane."""
        lanes = []
        for k in range(self.lanes):
            y = (k + 0.5 - self.lanes / 2) * self.lane_m
            forward = (y > 0) == drive_left
            lanes.append((y, 0.0 if forward else math.pi))
        return lanes
