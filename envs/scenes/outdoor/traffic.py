"""Cars and bicyclists on the road."""

from __future__ import annotations

import math

from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.occupancy import Occupancy
from drive2walk.envs.scenes.outdoor.road import KERB_M
from drive2walk.envs.scenes.outdoor.section import LENGTH_M, Section
from drive2walk.envs.scenes.outdoor.vehicles import bicyclist, car


def add_traffic(b: SceneBuilder, section: Section, taken: Occupancy) -> None:
    """Add parked cars at the kerbs, and cars and bicyclists on the lanes."""
    rng, half = b.rng, LENGTH_M / 2
    parked_probability = float(rng.uniform(0.2, 0.9))
    for side in (-1, 1):
        x = -half + 3
        while section.parking_m and x < half - 3:
            item = car(rng)
            if rng.random() < parked_probability:
                turn = float(rng.choice([-1, 1])) * math.pi / 2 + float(rng.normal(0, 0.02))
                item.build(b.at(x, side * (section.kerb_m - 1.15), turn, -KERB_M))
            x += item.depth_m + float(rng.uniform(0.4, 2.0))
    lanes = section.driving_lanes(drive_left=True)
    for _ in range(int(rng.integers(0, 10))):
        y, yaw = lanes[int(rng.integers(len(lanes)))]
        item = bicyclist(rng) if rng.random() < 0.5 else car(rng)
        x = float(rng.uniform(-half, half))
        if taken.fits(x, y, item.depth_m + 1, item.width_m, 0.0):
            taken.take(x, y, item.depth_m + 1, item.width_m)
            item.build(b.at(x, y, yaw - math.pi / 2, -KERB_M))
