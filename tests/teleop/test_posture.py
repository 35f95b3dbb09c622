import numpy as np

from robot.spec import load_robot
from teleop.posture import Posture

SPEC = load_robot("unitree_g1")
LEG_HOME = SPEC.home_qpos[:12]


def test_holds_home_while_the_legs_stand() -> None:
    np.testing.assert_allclose(Posture(SPEC).targets(LEG_HOME), SPEC.home_qpos[12:])


def test_each_arm_swings_with_the_opposite_leg() -> None:
    stride = LEG_HOME.copy()
    stride[SPEC.leg_joint_names.index("left_hip_pitch_joint")] -= 0.4
    moved = Posture(SPEC, swing=0.5).targets(stride) - SPEC.home_qpos[12:]
    upper = SPEC.upper_joint_names
    # A negative hip pitch swings the leg forward, a negative shoulder pitch the arm.
    assert np.isclose(moved[upper.index("right_shoulder_pitch_joint")], -0.2)
    assert np.count_nonzero(moved) == 1
