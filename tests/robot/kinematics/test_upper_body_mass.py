import mujoco
import numpy as np
import pytest

from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_rotate_inverse
from drive2walk.robot.kinematics.upper_body_mass import UpperBodyMass
from drive2walk.robot.model import full_body
from drive2walk.robot.spec import load_robot

LEVEL = np.array([[0.0, 0.0, -1.0]])


@pytest.mark.parametrize("name", ["unitree_g1", "unitree_h1", "booster_t1"])
def test_the_shift_agrees_with_mujoco(name: str) -> None:
    spec = load_robot(name)
    mass = UpperBodyMass(spec)
    home = spec.home_qpos[spec.num_leg_joints :]
    assert mass.shift(home[None], LEVEL) == pytest.approx(np.zeros((1, 2)))
    moved = home + np.linspace(-0.5, 0.5, len(home))
    model = full_body(spec, visual=False).compile()
    centres = []
    for upper in (home, moved):
        data = mujoco.MjData(model)
        for joint, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
            data.joint(joint).qpos = angle
        for joint, angle in zip(spec.upper_joint_names, upper, strict=True):
            data.joint(joint).qpos = angle
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        centres.append(data.subtree_com[0].copy())
    wanted = (centres[1] - centres[0])[:2]
    assert np.linalg.norm(wanted) > 0.002
    assert mass.shift(moved[None], LEVEL)[0] == pytest.approx(wanted, abs=1e-6)


def test_the_shift_of_a_leaning_robot_is_in_the_upright_frame() -> None:
    spec = load_robot("unitree_g1")
    home = spec.home_qpos[spec.num_leg_joints :]
    raised = home.copy()
    raised[spec.upper_joint_names.index("left_shoulder_pitch_joint")] -= 1.0
    upright = UpperBodyMass(spec).shift(raised[None], LEVEL)[0]
    lean = quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), 0.2)
    leaning = UpperBodyMass(spec).shift(raised[None], quat_rotate_inverse(lean[None], LEVEL))[0]
    # Leaning forward moves a raised arm forward and leaves its sideways position.
    assert leaning[0] > upright[0] + 0.001
    assert leaning[1] == pytest.approx(upright[1], abs=1e-6)
