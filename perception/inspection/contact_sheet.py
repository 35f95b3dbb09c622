"""A contact sheet of samples: the image, its labels in colour, its depth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.inference.overlay import sheet
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES, UNLABELLED

WIDTH_PX = 320
TINT = 0.55
# What has no label is darkened to this share of its light.
DARK = 0.35
# Hues a golden angle apart; every other surface is paler, so that neighbours differ.
HUE_STEP = 0.381966 * 180
NEAREST_M, FARTHEST_M = 0.3, 30.0
INSIDE, OUTSIDE = (40, 220, 110), (230, 70, 60)
LEGEND_ROW_PX = 20
LEGEND_CELL_PX = 118


def surface_colours() -> NDArray[np.uint8]:
    """Return an RGB colour for each surface, (num_surfaces, 3) uint8."""
    hsv = np.array(
        [[k * HUE_STEP % 180, 150 + 80 * (k % 2), 235] for k in range(NUM_SURFACES)], np.uint8
    )
    return cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0]


def contact_sheet(samples: list[Sample]) -> NDArray[np.uint8]:
    """Return a picture with a row for each sample and a legend of the surfaces shown, RGB."""
    titles = ["image"]
    named = any((sample.surfaces != UNLABELLED).any() for sample in samples)
    two_way = any(sample.walkable is not None for sample in samples)
    depth = any(sample.depth_m is not None for sample in samples)
    titles += ["surfaces"] * named + ["green: walkable, red: not, dark: unknown"] * two_way
    titles += [f"depth, red {NEAREST_M} m to blue {FARTHEST_M:.0f} m"] * depth
    rows = [_row(sample, named, two_way, depth) for sample in samples]
    picture = sheet(titles, rows, WIDTH_PX)
    seen = {int(i) for sample in samples for i in np.unique(sample.surfaces)} - {UNLABELLED}
    return np.vstack([picture, _legend(sorted(seen), picture.shape[1])]) if seen else picture


def _row(sample: Sample, named: bool, two_way: bool, depth: bool) -> list[NDArray[np.uint8]]:
    pictures = [sample.rgb]
    if named:
        pictures.append(_tinted(sample.rgb, sample.surfaces, surface_colours()))
    if two_way:
        label = sample.walkable
        unknown = np.full(sample.surfaces.shape, UNLABELLED, np.uint8)
        colours = np.array([OUTSIDE, INSIDE], np.uint8)
        pictures.append(_tinted(sample.rgb, unknown if label is None else label, colours))
    if depth:
        pictures.append(_depth(sample))
    return pictures


def _tinted(
    rgb: NDArray[np.uint8], label: NDArray[np.uint8], colours: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    known = label < len(colours)
    picture = rgb * DARK
    picture[known] = (1 - TINT) * rgb[known] + TINT * colours[label[known]]
    return picture.astype(np.uint8)


def _depth(sample: Sample) -> NDArray[np.uint8]:
    if sample.depth_m is None:
        return np.zeros_like(sample.rgb)
    # Lidar's returns are single pixels; grown, they survive the shrinking to a column.
    depth_m = sample.depth_m
    if (depth_m > 0).mean() < 0.5:
        depth_m = cv2.dilate(depth_m, np.ones((3, 3), np.uint8))
    # By factors rather than by metres: rooms are near, streets are far.
    far = np.log(np.maximum(depth_m, NEAREST_M) / NEAREST_M) / np.log(FARTHEST_M / NEAREST_M)
    near = (255 * (1 - np.clip(far, 0, 1))).astype(np.uint8)
    picture = cv2.cvtColor(cv2.applyColorMap(near, cv2.COLORMAP_JET), cv2.COLOR_BGR2RGB)
    picture[depth_m == 0] = 0
    return picture


def _legend(ids: list[int], width: int) -> NDArray[np.uint8]:
    across = max(1, width // LEGEND_CELL_PX)
    rows = -(-len(ids) // across)
    strip = np.full((rows * LEGEND_ROW_PX, width, 3), 255, np.uint8)
    for place, surface in enumerate(ids):
        x, y = place % across * LEGEND_CELL_PX, place // across * LEGEND_ROW_PX
        strip[y + 4 : y + 16, x + 6 : x + 24] = surface_colours()[surface]
        origin = (x + 30, y + 15)
        cv2.putText(
            strip,
            SURFACES[surface],
            origin,
            cv2.FONT_HERSHEY_SIMPLEX,
            0.45,
            (0, 0, 0),
            1,
            cv2.LINE_AA,
        )
    return strip
