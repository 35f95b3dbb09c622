import numpy as np
import pytest

from drive2walk.locomotion.estimation.centre_of_pressure import CentreOfPressure
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception

LEFT, RIGHT = np.array([0]), np.array([1])
WALKS, STANDS = np.array([False]), np.array([True])
# Columns of the ankles' pitch and roll, left leg first.
LEFT_PITCH, LEFT_ROLL, RIGHT_PITCH, RIGHT_ROLL = 4, 5, 10, 11


@pytest.fixture(scope="module")
def tick(gait_alone: WalkingController) -> Tick:
    down = np.array([[0.0, 0.0, -1.0]])
    home = gait_alone.home[None]
    body = gait_alone.measure(Proprioception(home, 0 * home, down, np.zeros((1, 3))))
    command = np.array([[0.0, 0.0, 0.0, gait_alone.gait.parameters.height_m]])
    balance = gait_alone.gait.balance
    return Tick.from_model(balance, body, Odometry.from_rest(body.soles), command)


@pytest.fixture(scope="module")
def pressure(gait_alone: WalkingController) -> CentreOfPressure:
    return CentreOfPressure(gait_alone.gait.kinematics, 100.0, stand_gain=1.0)


def torque(**ankles: float) -> np.ndarray:
    values = np.zeros((1, 12))
    columns = {"left_pitch": LEFT_PITCH, "left_roll": LEFT_ROLL, "right_pitch": RIGHT_PITCH}
    for name, value in ankles.items():
        values[0, columns[name]] = value
    return values


def test_a_loose_ankle_is_pushed_under_its_joint(tick: Tick, pressure: CentreOfPressure) -> None:
    ankle = tick.body.legs.position[0, :, :2]
    for foot, expected in ((LEFT, ankle[0]), (RIGHT, ankle[1])):
        assert pressure.estimate(tick, foot, WALKS, torque())[0] == pytest.approx(expected)


def test_ankle_torque_over_weight_is_the_distance_from_the_joint(
    tick: Tick, pressure: CentreOfPressure
) -> None:
    loose = pressure.estimate(tick, LEFT, WALKS, torque())[0]
    # 100 N: 3 N m of pitch move the push 3 cm forwards, 1 N m of roll 1 cm to the right.
    turned = pressure.estimate(tick, LEFT, WALKS, torque(left_pitch=3.0, left_roll=1.0))[0]
    assert turned - loose == pytest.approx([0.03, -0.01])
    other = pressure.estimate(tick, LEFT, WALKS, torque(right_pitch=3.0))[0]
    assert other == pytest.approx(loose)


def test_the_ground_can_not_push_beyond_the_sole(tick: Tick, pressure: CentreOfPressure) -> None:
    sole = tick.body.soles[0, 0, :2]
    far = pressure.estimate(tick, LEFT, WALKS, torque(left_pitch=100.0, left_roll=-100.0))[0]
    assert far - sole == pytest.approx([0.085, 0.03])


def test_feet_that_stand_share_the_push_between_them(
    tick: Tick, pressure: CentreOfPressure
) -> None:
    middle = tick.between_feet[0]
    ankles = tick.body.legs.position[0, :, 0].mean()
    both = pressure.estimate(tick, LEFT, STANDS, torque(left_pitch=1.0, right_pitch=2.0))[0]
    assert both[0] == pytest.approx(ankles + 0.03)
    # Sideways the feet push beyond the capture point, which is about the middle.
    assert both[1] == pytest.approx(2 * tick.capture_point[0, 1] - middle[1], abs=1e-6)
    far = pressure.estimate(tick, LEFT, STANDS, torque(left_pitch=100.0))[0]
    assert far[0] == pytest.approx(middle[0] + 0.085)
