import numpy as np
import pytest

from drive2walk.locomotion.walking.arm_swing import ArmSwing
from drive2walk.robot.spec import load_robot

HIP_AND_SHOULDER = {
    "unitree_g1": ("left_hip_pitch_joint", "right_shoulder_pitch_joint"),
    "unitree_h1": ("left_hip_pitch", "right_shoulder_pitch"),
    "booster_t1": ("Left_Hip_Pitch", "Right_Shoulder_Pitch"),
}


@pytest.mark.parametrize("robot", HIP_AND_SHOULDER)
def test_holds_home_while_the_legs_stand(robot: str) -> None:
    spec = load_robot(robot)
    legs, upper = np.split(spec.home_qpos, [spec.num_leg_joints])
    np.testing.assert_allclose(ArmSwing(spec).targets(legs), upper)


@pytest.mark.parametrize("robot", HIP_AND_SHOULDER)
def test_each_arm_swings_with_the_opposite_leg(robot: str) -> None:
    spec = load_robot(robot)
    stride, upper = np.split(spec.home_qpos, [spec.num_leg_joints])
    hip, shoulder = HIP_AND_SHOULDER[robot]
    stride[spec.leg_joint_names.index(hip)] -= 0.4
    moved = ArmSwing(spec, swing=0.5).targets(stride) - upper
    # A negative hip pitch swings the leg forward, a negative shoulder pitch the arm.
    assert np.isclose(moved[spec.upper_joint_names.index(shoulder)], -0.2)
    assert np.count_nonzero(moved) == 1
