import mujoco
import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.joints.joint_group import JointGroup
from drive2walk.robot.joints.torque_speed import TorqueSpeedCurves
from drive2walk.robot.model import full_body, training_body
from drive2walk.robot.spec import load_robot

SPEC = load_robot("unitree_g1")
KNEE = "left_knee_joint"


def one_knee(rated_rad_s: float = 14.5, no_load_rad_s: float = 22.7) -> TorqueSpeedCurves:
    model = full_body(SPEC, visual=False).compile()
    return TorqueSpeedCurves.from_model(model, {KNEE: (rated_rad_s, no_load_rad_s)})


@pytest.mark.parametrize(
    ("speed_rad_s", "fraction"),
    [(0.0, 1.0), (14.5, 1.0), (18.6, 0.5), (22.7, 0.0), (35.0, 0.0)],
)
def test_torque_falls_linearly_from_the_rated_to_the_no_load_speed(
    speed_rad_s: float, fraction: float
) -> None:
    available = one_knee().available_fraction(np.array([[speed_rad_s]]))
    assert available == pytest.approx(np.array([[fraction]]))


def test_a_motor_without_a_curve_keeps_its_torque_at_any_speed() -> None:
    curves = one_knee(np.inf, np.inf)
    assert curves.available_fraction(np.array([0.0])).tolist() == [1.0]
    assert curves.available_fraction(np.array([1e6])).tolist() == [1.0]


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_fast_knee_has_half_its_torque_and_other_joints_keep_theirs(sign: float) -> None:
    model = full_body(SPEC, visual=False).compile()
    curves = TorqueSpeedCurves.from_model(model, SPEC.motor_speeds)
    full = model.actuator_forcerange[curves.actuators].copy()
    data = mujoco.MjData(model)
    data.joint(KNEE).qvel = sign * 18.6
    curves.limit_torques(data.qvel, full, model.actuator_forcerange)
    knee = model.actuator(KNEE).id
    assert model.actuator_forcerange[knee] == pytest.approx([-139 / 2, 139 / 2])
    others = np.arange(model.nu) != knee
    np.testing.assert_array_equal(model.actuator_forcerange[others], full[others])
    data.joint(KNEE).qvel = 0.0
    curves.limit_torques(data.qvel, full, model.actuator_forcerange)
    np.testing.assert_array_equal(model.actuator_forcerange, full)


def test_curves_follow_the_joints_that_a_model_has() -> None:
    model = training_body(SPEC).compile()
    curves = TorqueSpeedCurves.from_model(model, SPEC.motor_speeds)
    assert [model.actuator(i).name for i in curves.actuators] == (
        SPEC.leg_joint_names + SPEC.waist_joint_names
    )
    assert (model.dof_jntid[curves.dofs] == model.actuator_trnid[curves.actuators, 0]).all()


def test_the_speeds_of_the_spec_are_those_of_the_motors() -> None:
    assert SPEC.motor_speeds[KNEE] == (14.5, 22.7)
    assert SPEC.motor_speeds["right_hip_pitch_joint"] == (22.63, 35.52)
    assert SPEC.motor_speeds["waist_roll_joint"] == SPEC.motor_speeds["left_ankle_roll_joint"]
    assert load_robot("unitree_h1").motor_speeds["left_knee"] == (np.inf, np.inf)


def test_speeds_that_make_no_curve_are_refused() -> None:
    one = ((1.0,),) * 5
    with pytest.raises(ConfigError, match="below the no-load speed"):
        JointGroup(("knee",), *one, rated_rad_s=(20.0,), no_load_rad_s=(20.0,))
    with pytest.raises(ConfigError, match="no_load_rad_s: got 0 values"):
        JointGroup(("knee",), *one, rated_rad_s=(20.0,))
