import numpy as np
import pytest

from drive2walk.locomotion.policy.residual import Residual, ResidualParameters

PARAMETERS = ResidualParameters(
    joints_rad=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), placement_m=0.05, pace=0.1
)


def test_no_action_changes_nothing() -> None:
    residual = Residual.from_action(np.zeros((1, PARAMETERS.action_dim)), PARAMETERS)
    assert not residual.joints.any()
    assert not residual.placement.any()
    assert residual.pace[0] == 1.0


def test_units_and_limits() -> None:
    action = np.full((1, PARAMETERS.action_dim), 100.0)
    action[0, 1] = -0.5
    residual = Residual.from_action(action, PARAMETERS)
    assert residual.joints[0, 0] == pytest.approx(3 * 0.1)
    assert residual.joints[0, 1] == pytest.approx(-0.1)
    assert residual.joints[0, 6:] == pytest.approx(3 * np.array(PARAMETERS.joints_rad))
    assert residual.placement[0] == pytest.approx([0.15, 0.15])
    assert residual.pace[0] == pytest.approx(1.1)
