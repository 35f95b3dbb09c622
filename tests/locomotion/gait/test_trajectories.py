import dataclasses

import numpy as np
import pytest

from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.footholds import Foothold
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.posture import Posture
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.gait.trajectories import Trajectories
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception

WEIGHT_N = 300.0
PARAMETERS = GaitParameters(clearance_m=0.07, lead_s=0.0, pitch_rad=0.0, support_gain=0.8)
SWING, STANCE = 1, 0
LEVEL = np.zeros(1)


@pytest.fixture(scope="module")
def tick(gait_alone: WalkingController) -> Tick:
    """Return the tick of an upright robot at home that walks straight ahead."""
    home, down = gait_alone.home[None], np.array([[0.0, 0.0, -1.0]])
    body = gait_alone.measure(Proprioception(home, 0 * home, down, np.zeros((1, 3))))
    command = np.array([[0.3, 0.0, 0.0, PARAMETERS.height_m]])
    odometry = Odometry.from_rest(body.soles)
    return Tick.from_model(gait_alone.gait.balance, body, odometry, command)


def state_at(tick: Tick, phase: float, start_phase: float = 0.0, rise: float = 0.0) -> GaitState:
    return GaitState(
        phase=np.array([phase]),
        start_phase=np.array([start_phase]),
        stance=np.array([STANCE]),
        swing_start=tick.odometry.to_start_frame(tick.body.soles[:, SWING, :2]),
        swing_rise=np.array([rise]),
        swing_yaw=np.zeros(1),
        aim=np.full((1, 2), np.nan),
        standing=np.zeros(1, dtype=bool),
    )


def posture_at(tick: Tick, state: GaitState, rise: float = 0.0, hurdle: float = 0.0) -> Posture:
    place = np.array([[0.2, -0.22]])
    foothold = Foothold(place, np.array([rise]), np.array([hurdle]))
    return Trajectories(PARAMETERS, WEIGHT_N).posture(state, tick, foothold)


def lifted(tick: Tick, phase: float, rise: float = 0.0, hurdle: float = 0.0) -> float:
    """Return the height of the swing sole above where it lifted off."""
    sole = posture_at(tick, state_at(tick, phase), rise, hurdle).feet[0, SWING, 2]
    return float(sole - tick.body.soles[0, STANCE, 2])


def test_the_swing_foot_is_lifted_highest_in_the_middle_over_what_is_between(tick: Tick) -> None:
    assert lifted(tick, 0.0) == pytest.approx(0.0)
    assert lifted(tick, 0.25) == pytest.approx(0.07 / 2)
    assert lifted(tick, 0.5) == pytest.approx(0.07)
    assert lifted(tick, 0.5, hurdle=0.05) == pytest.approx(0.12)


def test_it_climbs_in_the_first_two_fifths_and_goes_down_in_the_last(tick: Tick) -> None:
    arch = 0.07 * np.sin(np.pi * 0.2) ** 2
    assert lifted(tick, 0.2, rise=0.1) == pytest.approx(arch + 0.05)
    assert lifted(tick, 0.5, rise=0.1) == pytest.approx(0.07 + 0.1)
    assert lifted(tick, 0.5, rise=-0.1) == pytest.approx(0.07)
    assert lifted(tick, 0.8, rise=-0.1) == pytest.approx(arch - 0.05)


def test_a_step_that_began_late_is_done_in_the_rest_of_the_phase(tick: Tick) -> None:
    late = posture_at(tick, state_at(tick, 0.75, start_phase=0.5)).feet[0, SWING]
    usual = posture_at(tick, state_at(tick, 0.5)).feet[0, SWING]
    assert late == pytest.approx(usual)


def test_the_swing_foot_is_over_its_foothold_for_the_last_tenth(tick: Tick) -> None:
    stance = tick.body.soles[0, STANCE, :2]
    for phase in (0.9, 0.99):
        sole = posture_at(tick, state_at(tick, phase)).feet[0, SWING, :2]
        assert sole - stance == pytest.approx([0.2, -0.22])
    way = posture_at(tick, state_at(tick, 0.45)).feet[0, SWING, :2] - stance
    start = tick.body.soles[0, SWING, :2] - stance
    assert way == pytest.approx((start + np.array([0.2, -0.22])) / 2)


def test_the_feet_turn_half_a_step_ahead_of_the_body(tick: Tick) -> None:
    turning = dataclasses.replace(tick, command=np.array([[0.3, 0.0, 0.6, PARAMETERS.height_m]]))
    rotation = posture_at(turning, state_at(tick, 0.95)).rotation[0]
    half_step = 0.6 * PARAMETERS.step_s / 2
    assert np.arctan2(rotation[SWING, 1, 0], rotation[SWING, 0, 0]) == pytest.approx(half_step)
    stance_yaw = 0.6 * PARAMETERS.step_s * (0.5 - 0.95)
    assert np.arctan2(rotation[STANCE, 1, 0], rotation[STANCE, 0, 0]) == pytest.approx(stance_yaw)


def test_the_base_goes_from_one_support_to_the_next(tick: Tick) -> None:
    height = PARAMETERS.height_m
    # Up 10 cm: a quarter of it at the change of feet. Down: to the lower one, less a quarter.
    for rise, after in ((0.1, 0.025), (-0.1, -0.075)):
        planned = [posture_at(tick, state_at(tick, p), rise=rise).height[0] for p in (0, 0.5, 1)]
        assert planned == pytest.approx([height, height + after / 2, height + after])
    before = posture_at(tick, state_at(tick, 0.0, rise=0.1)).height[0]
    assert before == pytest.approx(height + 0.025)
    sole = posture_at(tick, state_at(tick, 0.0, rise=0.1)).feet[0, STANCE]
    assert sole == pytest.approx([*tick.body.soles[0, STANCE, :2], -height - 0.025])


def test_the_stance_foot_pushes_through_the_centre_of_mass(tick: Tick) -> None:
    arm = tick.com[0] - tick.body.soles[0, STANCE]
    whole = 0.8 * WEIGHT_N / tick.com_height[0] * arm
    for phase, fraction in ((0.0, 0.5), (0.05, 0.75), (0.1, 1.0), (0.6, 1.0)):
        posture = posture_at(tick, state_at(tick, phase))
        assert posture.forces[0, STANCE] == pytest.approx(fraction * whole)
        assert not posture.forces[0, SWING].any()
        assert posture.points[0] == pytest.approx(tick.body.soles[0])
