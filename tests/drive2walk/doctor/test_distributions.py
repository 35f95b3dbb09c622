from __future__ import annotations

import pytest

from drive2walk.doctor.distributions import examine_distributions


def test_an_environment_of_its_own_is_fine() -> None:
    finding = examine_distributions({"drive2walk": ["drive2walk"], "numpy": ["numpy"]})
    assert finding.state == "ok"


@pytest.mark.parametrize("name", ["robot", "envs"])
def test_a_distribution_with_a_folder_of_the_same_name_is_noted(name: str) -> None:
    finding = examine_distributions({"drive2walk": ["drive2walk"], name: ["robotframework"]})
    assert finding.state == "note"
    assert f"{name}/ belongs to robotframework" in finding.found
    assert "drive2walk." in finding.advice


def test_another_distribution_in_the_same_package_is_a_fault() -> None:
    finding = examine_distributions({"drive2walk": ["drive2walk", "drive2walk-fork"]})
    assert finding.state == "fault"
    assert "uninstall drive2walk-fork" in finding.advice
