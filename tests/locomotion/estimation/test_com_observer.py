import dataclasses

import numpy as np
import pytest

from drive2walk.locomotion.estimation.com_observer import LIMIT_M, Load

DT, OMEGA = 0.02, np.array([3.8])
EVEN, UNEVEN = np.array([False]), np.array([True])


@pytest.mark.parametrize(("uneven", "seconds"), [(EVEN, 8), (UNEVEN, 25)])
def test_it_finds_a_constant_shift_of_the_centre_of_mass(uneven: np.ndarray, seconds: int) -> None:
    # A pendulum held over its foot by a push that follows it, 3 cm ahead of the model's mass.
    shift = np.array([[0.03, -0.01]])
    com, velocity, load = np.zeros((1, 2)), np.zeros((1, 2)), Load.none(1)
    for _ in range(round(seconds / DT)):
        push = com + shift + 0.5 * velocity + 0.8 * (com - 0.0)
        velocity = velocity + DT * OMEGA[0] ** 2 * (com + shift - push)
        com = com + DT * velocity
        load = load.updated(com, velocity, push, OMEGA, uneven, DT)
    assert load.shift == pytest.approx(shift, abs=1e-3)


def test_a_robot_that_moves_as_foretold_carries_nothing() -> None:
    com, velocity, load = np.array([[0.01, 0.0]]), np.zeros((1, 2)), Load.none(1)
    for _ in range(20):
        load = load.updated(com, velocity, np.zeros((1, 2)), OMEGA, EVEN, DT)
        velocity = velocity + DT * OMEGA[0] ** 2 * com
        com = com + DT * velocity
    assert np.abs(load.shift).max() < 2e-3


def test_what_it_believes_is_bounded() -> None:
    load = Load.none(1)
    for _ in range(300):
        fast, centre = np.full((1, 2), 2.0), np.zeros((1, 2))
        load = load.updated(centre, fast, centre, OMEGA, EVEN, DT)
    assert (np.abs(load.shift) <= LIMIT_M).all()


def test_what_is_known_beforehand_needs_not_be_felt() -> None:
    known = np.array([[0.04, 0.01]])
    com, velocity = np.zeros((1, 2)), np.zeros((1, 2))
    load = dataclasses.replace(Load.none(1), known=known)
    for _ in range(100):
        push = com + known + 0.5 * velocity + 0.8 * com
        velocity = velocity + DT * OMEGA[0] ** 2 * (com + known - push)
        com = com + DT * velocity
        load = load.updated(com, velocity, push, OMEGA, EVEN, DT)
        assert load.total == pytest.approx(known, abs=2e-3)


def test_a_stumble_on_uneven_ground_is_hardly_a_load() -> None:
    # The body is suddenly faster by 0.5 m/s than was foretold.
    fast, centre = np.array([[0.5, 0.3]]), np.zeros((1, 2))
    most = {}
    for name, uneven in {"even": EVEN, "uneven": UNEVEN}.items():
        load, believed = Load.none(1), []
        for _ in range(100):
            load = load.updated(centre, fast, centre, OMEGA, uneven, DT)
            believed.append(np.abs(load.shift).max())
        most[name] = max(believed)
    assert most["uneven"] < 0.015 < 0.03 < most["even"]
