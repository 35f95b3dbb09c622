"""A contact sheet of samples: image, labels in colour, and depth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.inference.overlay import WALKABLE_COLOR
from drive2walk.perception.inference.picture_table import tile_pictures, write_label
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES, UNLABELLED

WIDTH_PX = 320
# Opacity of the label's colour.
TINT = 0.55
# Brightness of unlabelled pixels, as a factor.
UNLABELLED_BRIGHTNESS = 0.35
# Hues are a golden angle apart, and every other colour is paler, so that neighbours differ.
HUE_STEP = 0.381966 * 180
MIN_DEPTH_M, MAX_DEPTH_M = 0.3, 30.0
NOT_WALKABLE_COLOR = (230, 70, 60)
LEGEND_ROW_PX = 20
LEGEND_CELL_PX = 118


def surface_colours() -> NDArray[np.uint8]:
    """Return an RGB colour for each surface, (num_surfaces, 3), uint8."""
    hsv = np.array(
        [[k * HUE_STEP % 180, 150 + 80 * (k % 2), 235] for k in range(NUM_SURFACES)], np.uint8
    )
    return cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0]


def draw_contact_sheet(samples: list[Sample]) -> NDArray[np.uint8]:
    """Return a picture with a row for each sample and a legend of the surfaces, uint8 RGB."""
    titles = ["image"]
    named = any((sample.surfaces != UNLABELLED).any() for sample in samples)
    two_way = any(sample.walkable is not None for sample in samples)
    depth = any(sample.depth_m is not None for sample in samples)
    titles += ["surfaces"] * named + ["green: walkable, red: not, dark: unknown"] * two_way
    titles += [f"depth, red {MIN_DEPTH_M} m to blue {MAX_DEPTH_M:.0f} m"] * depth
    rows = [_draw_row(sample, named, two_way, depth) for sample in samples]
    picture = tile_pictures(titles, rows, WIDTH_PX)
    shown = {int(i) for sample in samples for i in np.unique(sample.surfaces)} - {UNLABELLED}
    if not shown:
        return picture
    return np.vstack([picture, _draw_legend(sorted(shown), picture.shape[1])])


def _draw_row(sample: Sample, named: bool, two_way: bool, depth: bool) -> list[NDArray[np.uint8]]:
    pictures = [sample.rgb]
    if named:
        pictures.append(_tint_labels(sample.rgb, sample.surfaces, surface_colours()))
    if two_way:
        label = sample.walkable
        unknown = np.full(sample.surfaces.shape, UNLABELLED, np.uint8)
        colours = np.array([NOT_WALKABLE_COLOR, WALKABLE_COLOR], np.uint8)
        pictures.append(_tint_labels(sample.rgb, unknown if label is None else label, colours))
    if depth:
        pictures.append(_draw_depth(sample))
    return pictures


def _tint_labels(
    rgb: NDArray[np.uint8], label: NDArray[np.uint8], colours: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    known = label < len(colours)
    picture = rgb * UNLABELLED_BRIGHTNESS
    picture[known] = (1 - TINT) * rgb[known] + TINT * colours[label[known]]
    return picture.astype(np.uint8)


def _draw_depth(sample: Sample) -> NDArray[np.uint8]:
    if sample.depth_m is None:
        return np.zeros_like(sample.rgb)
    # Lidar returns are single pixels; enlarge them so that they survive the resize of the column.
    depth_m = sample.depth_m
    if (depth_m > 0).mean() < 0.5:
        depth_m = cv2.dilate(depth_m, np.ones((3, 3), np.uint8))
    # A logarithmic scale suits both rooms and streets.
    log_range = np.log(MAX_DEPTH_M / MIN_DEPTH_M)
    distance = np.log(np.maximum(depth_m, MIN_DEPTH_M) / MIN_DEPTH_M) / log_range
    nearness = (255 * (1 - np.clip(distance, 0, 1))).astype(np.uint8)
    picture = cv2.cvtColor(cv2.applyColorMap(nearness, cv2.COLORMAP_JET), cv2.COLOR_BGR2RGB)
    picture[depth_m == 0] = 0
    return picture


def _draw_legend(ids: list[int], width: int) -> NDArray[np.uint8]:
    columns = max(1, width // LEGEND_CELL_PX)
    rows = -(-len(ids) // columns)
    strip = np.full((rows * LEGEND_ROW_PX, width, 3), 255, np.uint8)
    for place, surface in enumerate(ids):
        x, y = place % columns * LEGEND_CELL_PX, place // columns * LEGEND_ROW_PX
        strip[y + 4 : y + 16, x + 6 : x + 24] = surface_colours()[surface]
        write_label(strip, SURFACES[surface], (x + 30, y + 15))
    return strip
