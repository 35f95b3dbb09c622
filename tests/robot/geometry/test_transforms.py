import mujoco
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from drive2walk.robot.geometry import transforms as frames

angle = st.floats(-3.0, 3.0)


def unit_quats(count: int, seed: int = 0) -> np.ndarray:
    quats = np.random.default_rng(seed).normal(size=(count, 4))
    return quats / np.linalg.norm(quats, axis=1, keepdims=True)


def test_products_and_matrices_agree_with_mujoco() -> None:
    a, b = unit_quats(8, 1), unit_quats(8, 2)
    for i in range(8):
        product, matrix = np.zeros(4), np.zeros(9)
        mujoco.mju_mulQuat(product, a[i], b[i])
        mujoco.mju_quat2Mat(matrix, a[i])
        np.testing.assert_allclose(frames.quat_multiply(a, b)[i], product, atol=1e-12)
        np.testing.assert_allclose(frames.quat_to_matrix(a)[i].ravel(), matrix, atol=1e-12)


def test_rotating_there_and_back_gives_the_vector() -> None:
    quat, vector = unit_quats(16), np.random.default_rng(3).normal(size=(16, 3))
    rotated = frames.quat_rotate(quat, vector)
    np.testing.assert_allclose(frames.quat_rotate_inverse(quat, rotated), vector, atol=1e-12)
    matrix = frames.quat_to_matrix(quat)
    np.testing.assert_allclose(rotated, np.einsum("nij,nj->ni", matrix, vector), atol=1e-12)


@given(angle)
def test_yaw_of_a_turn_about_z_is_the_turn(yaw: float) -> None:
    quat = frames.quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), np.array(yaw))
    np.testing.assert_allclose(frames.quat_yaw(quat), yaw, atol=1e-9)


@given(st.floats(-20, 20))
def test_wrapping_keeps_the_direction_and_the_range(value: float) -> None:
    wrapped = float(frames.wrap_angle(value))
    assert -np.pi <= wrapped < np.pi
    np.testing.assert_allclose(
        [np.cos(wrapped), np.sin(wrapped)], [np.cos(value), np.sin(value)], atol=1e-9
    )


@given(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2), angle)
def test_attitude_from_gravity_and_yaw_rebuilds_the_rotation(
    roll: float, pitch: float, yaw: float
) -> None:
    axes = np.eye(3)[::-1]
    z, y, x = (
        frames.quat_from_axis_angle(axis, np.array(a))
        for axis, a in zip(axes, (yaw, pitch, roll), strict=True)
    )
    rotation = frames.quat_to_matrix(frames.quat_multiply(z, frames.quat_multiply(y, x)))
    gravity = rotation.T @ np.array([0.0, 0.0, -1.0])
    np.testing.assert_allclose(frames.rotation_from_gravity(gravity, yaw), rotation, atol=1e-9)
