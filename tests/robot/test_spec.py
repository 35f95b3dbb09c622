import dataclasses

import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.spec import load_robot, robot_names

SPEC = load_robot("unitree_g1")


def test_every_one_of_the_29_joints_has_its_values() -> None:
    assert len(SPEC.joint_names) == 29
    for field in ("kp", "kd", "armature", "force_limit"):
        assert SPEC.per_joint(field).shape == (29,)
        assert (SPEC.per_joint(field) > 0).all()


def test_home_pose_mirrors_rolls_and_yaws_only() -> None:
    home = dict(zip(SPEC.joint_names, SPEC.home_qpos, strict=True))
    assert home["right_shoulder_roll_joint"] == -home["left_shoulder_roll_joint"] != 0
    assert home["right_knee_joint"] == home["left_knee_joint"] != 0


@pytest.mark.parametrize(
    ("robot", "count", "left", "right", "middle"),
    [
        ("unitree_g1", 29, "left_knee_joint", "right_knee_joint", "waist_yaw_joint"),
        ("unitree_h1", 19, "left_knee", "right_knee", "torso"),
        ("booster_t1", 23, "Left_Knee_Pitch", "Right_Knee_Pitch", "Waist"),
    ],
)
def test_joint_names_are_those_of_the_model(
    robot: str, count: int, left: str, right: str, middle: str
) -> None:
    spec = load_robot(robot)
    assert len(spec.joint_names) == count
    half = spec.num_leg_joints // 2
    assert spec.leg_joint_names.index(right) - spec.leg_joint_names.index(left) == half
    assert spec.upper_joint_names[0] == middle
    assert spec.joint_names == spec.leg_joint_names + spec.upper_joint_names


def test_a_roll_is_mirrored_whatever_the_spelling_of_its_name() -> None:
    spec = load_robot("booster_t1")
    home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
    assert home["Right_Shoulder_Roll"] == -home["Left_Shoulder_Roll"] != 0
    assert home["Right_Hip_Pitch"] == home["Left_Hip_Pitch"] != 0


@pytest.mark.parametrize("robot", robot_names())
def test_home_pose_keeps_the_soles_level(robot: str) -> None:
    # The hip, knee and ankle pitches add up to the sole's pitch; rolls and yaws are zero.
    assert np.isclose(sum(load_robot(robot).legs.home), 0)


def test_an_error_about_an_unknown_robot_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"unknown robot 'unitree_g2'.*unitree_g1"):
        load_robot("unitree_g2")
    assert "unitree_g1" in robot_names()


def test_a_list_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ConfigError, match="kp: got 1 values, 6 are needed"):
        dataclasses.replace(SPEC.legs, kp=(1.0,))


def test_only_a_variant_with_fingers_has_them_and_they_close_in_mirror_image() -> None:
    assert SPEC.fingers is None
    fingers = SPEC.with_fingers().fingers
    assert fingers is not None
    half = len(fingers.joints)
    targets = fingers.targets(np.array([1.0, 1.0]))
    assert targets[:half] == pytest.approx(fingers.closed)
    assert targets[half:] == pytest.approx(np.array(fingers.closed) * fingers.mirror)
    one = fingers.targets(np.array([0.0, 0.5]))
    assert one[:half] == pytest.approx(fingers.open)
    middle = (np.array(fingers.open) + fingers.closed) / 2
    assert one[half:] == pytest.approx(middle * fingers.mirror)


def test_fingers_that_the_spec_lacks_are_named_in_the_error() -> None:
    bare = dataclasses.replace(SPEC, hands=dataclasses.replace(SPEC.hands, fingers=None))
    with pytest.raises(ConfigError, match="has no 'fingers'"):
        bare.with_fingers()
