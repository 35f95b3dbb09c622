"""Statistics of a dataset, counted sample by sample."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.evaluation.metrics import boundary_counts, ratio
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES, UNLABELLED

# Width of the bins for depth, and so the accuracy of the median, in metres.
DEPTH_BIN_M = 0.1
DEPTH_BINS = 660


class Statistics:
    """Image sizes, class fractions and depths of a split."""

    def __init__(self) -> None:
        self.images = 0
        self.sizes: Counter[str] = Counter()
        self.pixels = np.zeros(256, np.int64)
        self.shown_in = np.zeros(NUM_SURFACES, np.int64)
        self.two_way = np.zeros(256, np.int64)
        self.depth = np.zeros(DEPTH_BINS, np.int64)
        self.depth_range_m = (np.inf, 0.0)

    def add(self, sample: Sample) -> None:
        """Count one image."""
        height, width = sample.surfaces.shape
        self.images += 1
        self.sizes[f"{width}x{height}"] += 1
        counts = np.bincount(sample.surfaces.ravel(), minlength=256)
        self.pixels += counts
        self.shown_in += counts[:NUM_SURFACES] > 0
        if sample.walkable is not None:
            self.two_way += np.bincount(sample.walkable.ravel(), minlength=256)
        if sample.depth_m is not None:
            self._add_depth(sample.depth_m[sample.depth_m > 0])

    def _add_depth(self, known_m: NDArray[np.float32]) -> None:
        if not known_m.size:
            return
        bins = np.minimum(known_m / DEPTH_BIN_M, DEPTH_BINS - 1).astype(np.int64)
        self.depth += np.bincount(bins, minlength=DEPTH_BINS)
        low, high = self.depth_range_m
        self.depth_range_m = (min(low, float(known_m.min())), max(high, float(known_m.max())))

    def summary(self) -> dict[str, Any]:
        """Return the statistics; shares are fractions, for classes of the labelled pixels."""
        total = int(self.pixels.sum())
        named = self.pixels[:NUM_SURFACES]
        result: dict[str, Any] = {"images": self.images, "sizes": dict(self.sizes)}
        if named.any():
            result["class_shares"] = {
                SURFACES[i]: ratio(int(named[i]), int(named.sum())) for i in np.flatnonzero(named)
            }
            result["images_that_show"] = {
                SURFACES[i]: int(self.shown_in[i]) for i in np.flatnonzero(named)
            }
            result["unlabelled_share"] = ratio(int(self.pixels[UNLABELLED]), total)
        if self.two_way.any():
            inside, outside = int(self.two_way[1]), int(self.two_way[0])
            result["two_way"] = {
                "inside_share": ratio(inside, inside + outside),
                "unknown_share": ratio(int(self.two_way[UNLABELLED]), int(self.two_way.sum())),
            }
        if self.depth.any():
            half = np.searchsorted(np.cumsum(self.depth), self.depth.sum() / 2)
            result["depth_m"] = {
                "least": self.depth_range_m[0],
                "median": float(half + 0.5) * DEPTH_BIN_M,
                "greatest": self.depth_range_m[1],
                "known_share": ratio(int(self.depth.sum()), total),
            }
        return result


class Agreement:
    """Agreement of two-way labels with masks, over the pixels that are known to both."""

    def __init__(self, two_way: tuple[int, ...]) -> None:
        self.two_way = two_way
        self.known = self.pixels = 0
        self.intersection = self.union = self.wrong = self.labelled = 0
        self.boundary = np.zeros(2, np.int64)

    def add(self, sample: Sample, surfaces: NDArray[np.uint8]) -> None:
        """Count one image against its mask of surface ids (height, width)."""
        if sample.walkable is None:
            return
        known = (sample.walkable != UNLABELLED) & (surfaces != UNLABELLED)
        labelled = known & (sample.walkable == 1)
        true = known & np.isin(surfaces, self.two_way)
        self.known += int(known.sum())
        self.pixels += known.size
        self.intersection += int((labelled & true).sum())
        self.union += int((labelled | true).sum())
        self.wrong += int((labelled & ~true).sum())
        self.labelled += int(labelled.sum())
        self.boundary += boundary_counts(true, labelled)

    def summary(self) -> dict[str, float]:
        """Return the scores of the known pixels, and the fraction of pixels that are known."""
        return {
            "walkable_iou": ratio(self.intersection, self.union),
            "boundary_iou": ratio(*self.boundary.tolist()),
            "false_walkable_rate": ratio(self.wrong, self.labelled),
            "coverage": ratio(self.known, self.pixels),
        }
