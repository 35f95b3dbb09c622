"""The surface of a road: asphalt with patches and painted marks."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.appearance.floor_textures import concrete
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.outdoor.section import LENGTH_M, Section

KERB_M = 0.12
REACH_M = 260.0


def build_road(b: SceneBuilder, section: Section) -> str:
    """Add the road along x at z = -KERB_M and its marks; return the kind of its centre line."""
    rng, kerb_m, length = b.rng, section.kerb_m, LENGTH_M
    b.solid_ground("ground", -KERB_M, "road")
    asphalt = random_colour(rng, (0.05, 0.65), (0, 0.12), (0.18, 0.6))
    tile_m = float(rng.uniform(3, 7))
    look = b.materials.tiled("asphalt", concrete(rng, asphalt, 384), (tile_m, tile_m))
    b.ground("ground_road", (REACH_M, REACH_M), (0, 0, -KERB_M), "road", look)
    z = -KERB_M + 0.002
    for _ in range(int(rng.integers(0, 10))):
        shade = b.materials.tinted("rough", asphalt * float(rng.uniform(0.7, 1.2)))
        size = (float(rng.uniform(0.4, 9)), float(rng.uniform(0.4, 2)))
        x, y = float(rng.uniform(-0.5, 0.5)) * length, float(rng.uniform(-1, 1)) * (kerb_m - 1)
        b.ground("road_patch", size, (x, y, z), "road", shade)
        z += 0.0005
    return _paint_marks(b, section)


def _paint_marks(b: SceneBuilder, section: Section) -> str:
    """Add lines between lanes and at the edges, and perhaps a crossing."""
    rng, kerb_m, length = b.rng, section.kerb_m, LENGTH_M
    z = -KERB_M + 0.009
    worn = float(rng.uniform(0.55, 0.98))
    white = b.materials.tinted("rough", np.full(3, worn))
    yellow = b.materials.tinted("rough", np.array([worn, worn * 0.8, 0.15]))
    style = str(rng.choice(["dashed", "solid", "double", "none"], p=[0.5, 0.2, 0.1, 0.2]))
    for k in range(1, section.lanes):
        y = (k - section.lanes / 2) * section.lane_m
        if style == "dashed" or (k != section.lanes // 2 and style != "none"):
            dash, gap = float(rng.uniform(1, 4)), float(rng.uniform(2, 6))
            for n in range(int(length / (dash + gap))):
                x = -length / 2 + n * (dash + gap)
                b.ground("lane_mark", (dash, 0.12), (x, y, z), "road", white)
        elif style in ("solid", "double"):
            for shift in (0.0,) if style == "solid" else (-0.12, 0.12):
                b.ground("lane_mark", (length, 0.1), (0, y + shift, z), "road", white)
    if rng.random() < 0.5:
        for side in (-1, 1):
            look = yellow if rng.random() < 0.5 else white
            edge = side * (kerb_m - 0.35)
            b.ground("edge_mark", (length, 0.1), (0, edge, z), "road", look)
    if rng.random() < 0.35:
        _paint_crossing(b, float(rng.uniform(-15, 20)), kerb_m, z + 0.001)
    return style


def _paint_crossing(b: SceneBuilder, x: float, kerb_m: float, z: float) -> None:
    """Add a zebra crossing."""
    white = b.materials.plain(np.full(3, 0.88))
    for k in range(int(2 * kerb_m)):
        b.ground("zebra_mark", (3.0, 0.5), (x, -kerb_m + 0.5 + k, z), "road", white)
