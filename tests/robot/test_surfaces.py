import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.robot.surfaces import DRIVABLE, SURFACES, surface_ids


def test_camvids_classes_come_first_in_its_order() -> None:
    assert SURFACES[3:5] == ("road", "sidewalk")
    assert SURFACES[10:12] == ("bicyclist", "floor")
    assert len(SURFACES) == 17


def test_ids_are_indices_into_the_taxonomy() -> None:
    assert surface_ids(["floor", "sky"]) == [11, 0]
    assert surface_ids(DRIVABLE) == [3]


def test_an_error_about_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(DataError, match="Did you mean 'sidewalk'"):
        surface_ids(["sidewalks"])
