import numpy as np
import pytest

from drive2walk.locomotion.estimation.com_observer import LIMIT_M, ComShift
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick

DT, OMEGA = 0.02, 3.8
EVEN, UNEVEN = np.array([False]), np.array([True])
CENTRE = np.zeros((1, 2))


def tick(com: np.ndarray, velocity: np.ndarray) -> Tick:
    """Return a tick with what the observer reads; the rest is empty."""
    odometry = Odometry.from_rest(np.zeros((len(com), 2, 3)))
    odometry.velocity[:, :2] = velocity
    empty = np.zeros((1, 0))
    omega = np.full(len(com), OMEGA)
    return Tick(None, odometry, empty, np.pad(com, [(0, 0), (0, 1)]), empty, omega, empty, empty)


@pytest.mark.parametrize(("uneven", "seconds"), [(EVEN, 8), (UNEVEN, 25)])
def test_it_finds_a_constant_shift_of_the_centre_of_mass(uneven: np.ndarray, seconds: int) -> None:
    # A pendulum held over its foot by a push that follows it, 3 cm ahead of the model's mass.
    shift = np.array([[0.03, -0.01]])
    com, velocity, found = CENTRE, CENTRE, ComShift.from_rest(1)
    for _ in range(round(seconds / DT)):
        push = com + shift + 0.5 * velocity + 0.8 * com
        velocity = velocity + DT * OMEGA**2 * (com + shift - push)
        com = com + DT * velocity
        found = found.updated(tick(com, velocity), push, uneven, DT)
    assert found.felt == pytest.approx(shift, abs=1e-3)


def test_a_robot_that_moves_as_predicted_carries_nothing() -> None:
    com, velocity, found = np.array([[0.01, 0.0]]), CENTRE, ComShift.from_rest(1)
    for _ in range(20):
        found = found.updated(tick(com, velocity), CENTRE, EVEN, DT)
        velocity = velocity + DT * OMEGA**2 * com
        com = com + DT * velocity
    assert np.abs(found.felt).max() < 2e-3


def test_the_felt_shift_is_bounded() -> None:
    found, felt = ComShift.from_rest(2), []
    fast = np.array([[50.0, 50.0], [-50.0, -50.0]])
    both = np.zeros((2, 2))
    for _ in range(10):
        found = found.updated(tick(both, fast), both, np.zeros(2, dtype=bool), DT)
        felt.append(found.felt)
    assert np.max(felt, axis=0)[0] == pytest.approx(LIMIT_M)
    assert np.min(felt, axis=0)[1] == pytest.approx(-LIMIT_M)


def test_a_known_shift_need_not_be_felt() -> None:
    known = np.array([[0.04, 0.01]])
    com, velocity = CENTRE, CENTRE
    found = ComShift.from_rest(1).with_known(known)
    for _ in range(100):
        push = com + known + 0.5 * velocity + 0.8 * com
        velocity = velocity + DT * OMEGA**2 * (com + known - push)
        com = com + DT * velocity
        found = found.updated(tick(com, velocity), push, EVEN, DT)
        assert found.total == pytest.approx(known, abs=2e-3)
    assert found.with_known(None) is found


def test_a_stumble_on_uneven_ground_hardly_shifts_the_centre_of_mass() -> None:
    # The body is suddenly faster by 0.5 m/s than predicted.
    fast = np.array([[0.5, 0.3]])
    most = {}
    for name, uneven in {"even": EVEN, "uneven": UNEVEN}.items():
        found, felt = ComShift.from_rest(1), []
        for _ in range(100):
            found = found.updated(tick(CENTRE, fast), CENTRE, uneven, DT)
            felt.append(np.abs(found.felt).max())
        most[name] = max(felt)
    assert most["uneven"] < 0.015 < 0.03 < most["even"]
