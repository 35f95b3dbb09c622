import mujoco
import numpy as np
import pytest

from robot.errors import ConfigError
from robot.leg_geometry import LegGeometry
from robot.leg_kinematics import LegKinematics
from robot.model import training_body
from robot.spec import RobotSpec, load_robot

MIRROR = np.tile([1.0, -1.0, -1.0, 1.0, 1.0, -1.0], 2)


@pytest.fixture(scope="module")
def spec() -> RobotSpec:
    return load_robot("unitree_g1")


@pytest.fixture(scope="module")
def model(spec: RobotSpec) -> mujoco.MjModel:
    return training_body(spec).compile()


@pytest.fixture(scope="module")
def legs(model: mujoco.MjModel, spec: RobotSpec) -> LegKinematics:
    return LegKinematics(LegGeometry.read(model, spec))


@pytest.fixture(scope="module")
def angles(spec: RobotSpec, legs: LegKinematics) -> np.ndarray:
    rng = np.random.default_rng(0)
    angles = spec.home_qpos[:12] + rng.uniform(-0.3, 0.3, (200, 12))
    angles[:, [3, 9]] = np.maximum(angles[:, [3, 9]], 0.1)  # a straight knee has no inverse
    return np.clip(angles, legs.range[:, 0], legs.range[:, 1])


def pose(model: mujoco.MjModel, spec: RobotSpec, angles: np.ndarray) -> mujoco.MjData:
    data = mujoco.MjData(model)
    data.qpos[:7] = [0, 0, 0, 1, 0, 0, 0]
    for name, angle in zip(spec.leg_joint_names, angles, strict=True):
        data.joint(name).qpos = angle
    mujoco.mj_kinematics(model, data)
    mujoco.mj_comPos(model, data)
    return data


def test_forward_agrees_with_mujoco(
    model: mujoco.MjModel, spec: RobotSpec, legs: LegKinematics, angles: np.ndarray
) -> None:
    poses = legs.forward(angles)
    for robot in range(10):
        data = pose(model, spec, angles[robot])
        for side, name in enumerate(spec.feet.bodies):
            body = data.body(name)
            assert poses.position[robot, side] == pytest.approx(body.xpos, abs=1e-9)
            assert poses.rotation[robot, side] == pytest.approx(body.xmat.reshape(3, 3), abs=1e-9)


def test_joint_axes_agree_with_mujoco(
    model: mujoco.MjModel, spec: RobotSpec, legs: LegKinematics, angles: np.ndarray
) -> None:
    poses = legs.forward(angles[:1])
    data = pose(model, spec, angles[0])
    for index, name in enumerate(spec.leg_joint_names):
        side, joint = divmod(index, 6)
        assert poses.joint_axis[0, side, joint] == pytest.approx(data.joint(name).xaxis)
        assert poses.joint_position[0, side, joint] == pytest.approx(data.joint(name).xanchor)


def test_inverse_undoes_forward_to_a_tenth_of_a_millimetre(
    legs: LegKinematics, angles: np.ndarray
) -> None:
    poses = legs.forward(angles)
    again = legs.forward(legs.inverse(poses.position, poses.rotation))
    assert np.abs(again.position - poses.position).max() < 1e-4
    assert np.abs(again.rotation - poses.rotation).max() < 1e-4


def test_mirrored_angles_give_mirrored_feet(legs: LegKinematics, angles: np.ndarray) -> None:
    poses = legs.forward(angles)
    swapped = np.roll(angles * MIRROR, 6, axis=1)
    mirrored = legs.forward(swapped)
    expected = poses.position[:, ::-1] * [1, -1, 1]
    assert np.abs(mirrored.position - expected).max() < 2e-4


def test_out_of_reach_straightens_the_leg_within_its_range(legs: LegKinematics) -> None:
    far = np.array([[[0.0, 0.12, -2.0], [0.0, -0.12, -2.0]]])
    flat = np.broadcast_to(np.eye(3), (1, 2, 3, 3))
    angles = legs.inverse(far, flat)
    assert np.isfinite(angles).all()
    assert angles[0, [3, 9]] == pytest.approx([0.08, 0.08], abs=0.05)
    assert (angles >= legs.range[:, 0]).all() and (angles <= legs.range[:, 1]).all()


def test_support_torque_is_the_transposed_jacobian(
    model: mujoco.MjModel, spec: RobotSpec, legs: LegKinematics, angles: np.ndarray
) -> None:
    poses = legs.forward(angles[:1])
    local = np.array([[0.03, 0.0, -0.035], [0.03, 0.0, -0.035]])
    force = np.array([[[5.0, -3.0, 300.0], [1.0, 2.0, 30.0]]])
    data = pose(model, spec, angles[0])
    expected = np.zeros(12)
    for side, name in enumerate(spec.feet.bodies):
        body = data.body(name)
        point = body.xpos + body.xmat.reshape(3, 3) @ local[side]
        jacobian = np.zeros((3, model.nv))
        mujoco.mj_jac(model, data, jacobian, None, point, body.id)
        expected -= (jacobian.T @ force[0, side])[6:18]
    torque = poses.support_torque(poses.points(local), force)
    assert torque.reshape(12) == pytest.approx(expected, abs=1e-6)


def test_refuses_a_leg_built_otherwise(spec: RobotSpec) -> None:
    body = training_body(spec)
    body.joint("left_knee_joint").axis = [1, 0, 0]
    with pytest.raises(ConfigError, match="left_knee_joint"):
        LegGeometry.read(body.compile(), spec)
