import itertools
from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.datasets.subsets import HiddenSurfaces, draw_subset, select_evenly
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

ROAD, SIDEWALK, BUILDING = (SURFACES.index(name) for name in ("road", "sidewalk", "building"))


class Streets(Dataset):
    """Images of 100x100: building above, a pavement in columns 40 to 59, road beside it."""

    def __init__(self, count: int) -> None:
        self.names = [f"street_{i:03}" for i in range(count)]
        self.labelled = [ROAD, SIDEWALK, BUILDING]
        self.absent = (SURFACES.index("floor"),)

    def __getitem__(self, index: int) -> Sample:
        return Sample(np.full((100, 100, 3), index, np.uint8), self.surfaces(index))

    def surfaces(self, index: int) -> np.ndarray:
        surfaces = np.full((100, 100), ROAD, np.uint8)
        surfaces[:, 40:60] = SIDEWALK
        surfaces[:30] = BUILDING
        return surfaces


@pytest.mark.parametrize("seed", [0, 1])
def test_a_smaller_fraction_is_part_of_a_larger_one(seed: int) -> None:
    whole = Streets(200)
    fractions = [0.05, 0.1, 0.25, 0.5, 1.0]
    parts = [set(draw_subset(whole, (0.0, fraction), seed).names) for fraction in fractions]
    assert [len(part) for part in parts] == [10, 20, 50, 100, 200]
    for smaller, larger in itertools.pairwise(parts):
        assert smaller < larger


def test_disjoint_ranges_have_no_image_in_common() -> None:
    whole = Streets(31)
    first, second = (draw_subset(whole, bounds, 0) for bounds in ((0.0, 0.5), (0.5, 1.0)))
    assert not set(first.names) & set(second.names)
    assert len(first) + len(second) == 31


def test_the_order_depends_on_names_and_seed_alone() -> None:
    names = draw_subset(Streets(50), (0.0, 0.2), 0).names
    assert names == draw_subset(Streets(50), (0.0, 0.2), 0).names
    assert names != draw_subset(Streets(50), (0.0, 0.2), 1).names
    # The order is the same on every machine.
    assert names[:2] == ["street_002", "street_003"]


def test_a_subset_has_at_least_one_sample() -> None:
    part = draw_subset(Streets(20), (0.0, 0.001), 0)
    assert len(part) == 1
    assert f"street_{part[0].rgb[0, 0, 0]:03}" == part.names[0]
    assert select_evenly(Streets(9), 3).names == ["street_000", "street_004", "street_008"]
    assert len(select_evenly(Streets(9), 20)) == 9


def test_a_hidden_surface_leaves_neither_pixels_nor_outline() -> None:
    hidden = HiddenSurfaces(Streets(1), ["sidewalk"])
    assert hidden.labelled == [ROAD, BUILDING]
    surfaces = hidden.surfaces(0)
    assert (surfaces == hidden[0].surfaces).all()
    # 1.5 % of a diagonal of 141 pixels is 2 pixels.
    assert (surfaces[28:, 38:62] == UNLABELLED).all()
    known = surfaces != UNLABELLED
    assert known.sum() == 100 * 100 - 72 * 24
    assert (surfaces[known] == Streets(1).surfaces(0)[known]).all()


def test_a_hidden_surface_is_removed_from_the_absent_ones() -> None:
    assert HiddenSurfaces(Streets(1), ["sidewalk"]).absent == Streets(1).absent
    assert HiddenSurfaces(Streets(1), ["floor"]).absent == ()


def test_settings_of_a_source_reduce_training_and_not_validation(folder: Path) -> None:
    source = SourceConfig(
        "folder", 1, (1.0, 1.0), folder, fraction_range=(0.0, 0.5), hidden=("floor",)
    )
    train = source.open("train", seed=3)
    assert set(train.names) < set(Folder(folder, "train").names)
    assert SURFACES.index("floor") not in train.labelled
    assert len(source.open("val")) == 2
    assert SURFACES.index("floor") in source.open("val").labelled


def test_an_empty_or_invalid_fraction_range_is_refused() -> None:
    for bounds in ((0.5, 0.5), (0.0, 1.5), (-0.1, 0.5)):
        with pytest.raises(ConfigError, match="fraction_range"):
            SourceConfig("folder", 1, (1.0, 1.0), fraction_range=bounds)


class TwoWayStreets(Streets):
    """Streets with two-way labels of the pavement."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.labelled, self.two_way = [], (SIDEWALK,)

    def __getitem__(self, index: int) -> Sample:
        surfaces = self.surfaces(index)
        unnamed = np.full_like(surfaces, UNLABELLED)
        return Sample(
            super().__getitem__(index).rgb, unnamed, walkable=np.uint8(surfaces == SIDEWALK)
        )


def test_a_two_way_label_is_removed_only_with_its_surface() -> None:
    hidden = HiddenSurfaces(TwoWayStreets(1), ["sidewalk", "road"])
    assert hidden.two_way == ()
    assert hidden[0].walkable is None
    other = HiddenSurfaces(TwoWayStreets(1), ["building"])
    assert other.two_way == (SIDEWALK,)
    assert other[0].walkable is not None
