import mujoco
import numpy as np
import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.kinematics.leg_geometry import LegGeometry
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics
from drive2walk.robot.model import training_body
from drive2walk.robot.spec import RobotSpec, load_robot, robot_names

KNEE = 3


class Legs:
    """A robot's legs in MuJoCo and in closed form, at 200 random postures."""

    def __init__(self, robot: str) -> None:
        self.spec = load_robot(robot)
        self.model = training_body(self.spec).compile()
        self.kinematics = LegKinematics(LegGeometry.from_model(self.model, self.spec))
        self.joints = len(self.spec.legs.joints)
        count = self.spec.num_leg_joints
        angles = np.random.default_rng(0).uniform(-0.3, 0.3, (200, count))
        angles += self.spec.home_qpos[:count]
        knees = [KNEE, KNEE + self.joints]
        angles[:, knees] = np.maximum(angles[:, knees], 0.1)  # a straight knee has no inverse
        self.angles = np.clip(angles, *self.kinematics.range.T)

    def pose(self, angles: np.ndarray) -> mujoco.MjData:
        data = mujoco.MjData(self.model)
        data.qpos[:7] = [0, 0, 0, 1, 0, 0, 0]
        for name, angle in zip(self.spec.leg_joint_names, angles, strict=True):
            data.joint(name).qpos = angle
        mujoco.mj_kinematics(self.model, data)
        mujoco.mj_comPos(self.model, data)
        return data


@pytest.fixture(scope="module", params=robot_names())
def legs(request: pytest.FixtureRequest) -> Legs:
    return Legs(request.param)


@pytest.fixture(scope="module")
def g1() -> RobotSpec:
    return load_robot("unitree_g1")


def test_forward_agrees_with_mujoco(legs: Legs) -> None:
    poses = legs.kinematics.forward(legs.angles)
    for robot in range(10):
        data = legs.pose(legs.angles[robot])
        for side, name in enumerate(legs.spec.feet.bodies):
            body = data.body(name)
            assert poses.position[robot, side] == pytest.approx(body.xpos, abs=1e-9)
            assert poses.rotation[robot, side] == pytest.approx(body.xmat.reshape(3, 3), abs=1e-9)


def test_joint_axes_agree_with_mujoco(legs: Legs) -> None:
    poses = legs.kinematics.forward(legs.angles[:1])
    data = legs.pose(legs.angles[0])
    for index, name in enumerate(legs.spec.leg_joint_names):
        side, joint = divmod(index, legs.joints)
        assert poses.joint_axis[0, side, joint] == pytest.approx(data.joint(name).xaxis)
        assert poses.joint_position[0, side, joint] == pytest.approx(data.joint(name).xanchor)


def test_inverse_undoes_forward_to_a_tenth_of_a_millimetre(legs: Legs) -> None:
    poses = legs.kinematics.forward(legs.angles)
    angles = legs.kinematics.inverse(poses.position, poses.rotation)
    again = legs.kinematics.forward(angles)
    assert np.abs(again.position - poses.position).max() < 1e-4
    assert np.abs(again.rotation - poses.rotation).max() < 1e-4


def test_mirrored_angles_give_mirrored_feet(legs: Legs) -> None:
    poses = legs.kinematics.forward(legs.angles)
    signs = np.tile(legs.kinematics.mirror_signs, 2)
    mirrored = legs.kinematics.forward(np.roll(legs.angles * signs, legs.joints, axis=1))
    expected = poses.position[:, ::-1] * [1, -1, 1]
    assert np.abs(mirrored.position - expected).max() < 2e-4


def test_out_of_reach_straightens_the_leg_within_its_range(legs: Legs) -> None:
    far = np.array([[[0.0, 0.12, -2.0], [0.0, -0.12, -2.0]]])
    flat = np.broadcast_to(np.eye(3), (1, 2, 3, 3))
    angles = legs.kinematics.inverse(far, flat)
    low, high = legs.kinematics.range.T
    assert np.isfinite(angles).all()
    assert angles[0, [KNEE, KNEE + legs.joints]] == pytest.approx([0.0, 0.0], abs=0.15)
    assert (angles >= low).all()
    assert (angles <= high).all()


def test_support_torque_is_the_transposed_jacobian(legs: Legs) -> None:
    poses = legs.kinematics.forward(legs.angles[:1])
    local = np.array([[0.03, 0.0, -0.035], [0.03, 0.0, -0.035]])
    force = np.array([[[5.0, -3.0, 300.0], [1.0, 2.0, 30.0]]])
    data = legs.pose(legs.angles[0])
    expected = np.zeros(legs.spec.num_leg_joints)
    for side, name in enumerate(legs.spec.feet.bodies):
        body = data.body(name)
        point = body.xpos + body.xmat.reshape(3, 3) @ local[side]
        jacobian = np.zeros((3, legs.model.nv))
        mujoco.mj_jac(legs.model, data, jacobian, None, point, body.id)
        dofs = [int(legs.model.joint(name).dofadr[0]) for name in legs.spec.leg_joint_names]
        expected -= (jacobian.T @ force[0, side])[dofs]
    torque = poses.support_torque(poses.points(local), force)
    assert torque.ravel() == pytest.approx(expected, abs=1e-6)


def test_a_foot_that_cannot_roll_reaches_its_position_heading_and_pitch() -> None:
    kinematics = Legs("unitree_h1").kinematics
    place = np.array([[[0.1, 0.15, -0.9], [-0.05, -0.12, -0.85]]])
    pitch, yaw = 0.1, 0.2
    turn = np.array(
        [[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]]
    ) @ np.array([[np.cos(pitch), 0, np.sin(pitch)], [0, 1, 0], [-np.sin(pitch), 0, np.cos(pitch)]])
    poses = kinematics.forward(kinematics.inverse(place, np.broadcast_to(turn, (1, 2, 3, 3))))
    assert poses.position == pytest.approx(place, abs=1e-9)
    heading = np.arctan2(-poses.rotation[..., 0, 1], poses.rotation[..., 1, 1])
    assert heading == pytest.approx(np.full((1, 2), yaw), abs=1e-9)
    ahead = poses.rotation[..., :, 0]
    assert ahead[..., 2] == pytest.approx(np.full((1, 2), -np.sin(pitch)), abs=0.02)


def test_ankles_without_a_roll_joint_have_no_roll_torque() -> None:
    torque = np.arange(10.0)[None]
    assert Legs("unitree_h1").kinematics.ankle_torque(torque).tolist() == [[[4, 0], [9, 0]]]
    torque = np.arange(12.0)[None]
    assert Legs("booster_t1").kinematics.ankle_torque(torque).tolist() == [[[4, 5], [10, 11]]]


def test_refuses_legs_of_an_unknown_kind_and_lists_the_known_ones(g1: RobotSpec) -> None:
    body = training_body(g1)
    for side in ("left", "right"):
        body.joint(f"{side}_knee_joint").axis = [1, 0, 0]
    geometry = LegGeometry.from_model(body.compile(), g1)
    with pytest.raises(ConfigError, match=r"got pitch-roll-yaw-roll-pitch-roll.*yaw-roll-pitch"):
        LegKinematics(geometry)


def test_refuses_a_joint_that_is_about_no_axis_of_its_frame(g1: RobotSpec) -> None:
    body = training_body(g1)
    body.joint("left_knee_joint").axis = [0, 0.8, 0.6]
    with pytest.raises(ConfigError, match="left_knee_joint"):
        LegGeometry.from_model(body.compile(), g1)
