"""Rotations and rigid transforms. Quaternions are wxyz, transforms are ``T_parent_child``."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array


def quat_multiply(a: Array, b: Array) -> Array:
    """Return the Hamilton product of quaternions, (..., 4) wxyz."""
    aw, ax, ay, az = np.moveaxis(a, -1, 0)
    bw, bx, by, bz = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        axis=-1,
    )


def quat_conjugate(quat: Array) -> Array:
    """Return the inverse rotations of unit quaternions (..., 4)."""
    return quat * np.array([1.0, -1.0, -1.0, -1.0])


def quat_from_axis_angle(axis: Array, angle_rad: float | Array) -> Array:
    """Return the quaternions (..., 4) of rotations by ``angle_rad`` about unit vectors (..., 3)."""
    half = np.asarray(angle_rad)[..., None] / 2
    return np.concatenate([np.cos(half), np.sin(half) * np.asarray(axis)], axis=-1)


def quat_rotate(quat: Array, vector: Array) -> Array:
    """Rotate vectors (..., 3) from the child frame into the parent frame."""
    w, xyz = quat[..., :1], quat[..., 1:]
    t = 2 * np.cross(xyz, vector)
    return vector + w * t + np.cross(xyz, t)


def quat_rotate_inverse(quat: Array, vector: Array) -> Array:
    """Rotate vectors (..., 3) from the parent frame into the child frame."""
    w, xyz = quat[..., :1], quat[..., 1:]
    t = 2 * np.cross(xyz, vector)
    return vector - w * t + np.cross(xyz, t)


def quat_to_matrix(quat: Array) -> Array:
    """Return rotation matrices (..., 3, 3) whose columns are the child's axes."""
    w, x, y, z = np.moveaxis(quat, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def quat_from_matrix(matrix: Array) -> Array:
    """Return the quaternion (4,) of a rotation matrix (3, 3)."""
    import mujoco  # here, because robots without a simulator import this module

    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, np.ascontiguousarray(matrix, dtype=np.float64).ravel())
    return quat


def quat_yaw(quat: Array) -> Array:
    """Return the yaw in radians of quaternions (..., 4), about the parent's z axis."""
    w, x, y, z = np.moveaxis(quat, -1, 0)
    return np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))


def yaw_matrix(yaw_rad: float) -> Array:
    """Return the matrix (2, 2) that rotates child vectors by ``yaw_rad`` into the parent frame."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[c, -s], [s, c]])


def wrap_angle(angle_rad: Array | float) -> Array:
    """Return angles wrapped to [-pi, pi)."""
    return (np.asarray(angle_rad) + np.pi) % (2 * np.pi) - np.pi


def transform(rotation: Array, translation: Array) -> Array:
    """Return the transform (4, 4) of a rotation (3, 3) and a translation (3,) m."""
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    matrix[:3, 3] = translation
    return matrix


def apply(T_parent_child: Array, points: Array) -> Array:
    """Return points (..., 3) m of the child frame in the parent frame."""
    return points @ T_parent_child[:3, :3].T + T_parent_child[:3, 3]


def rotation_from_gravity(projected_gravity: Array, yaw_rad: float) -> Array:
    """Return the attitude (3, 3) of a body in the world.

    Args:
        projected_gravity: Unit vector of gravity in the body's frame, (3,); it gives roll and
            pitch.
        yaw_rad: Yaw of the body.
    """
    gx, gy, gz = projected_gravity
    roll = np.arctan2(-gy, -gz)
    pitch = np.arctan2(gx, np.hypot(gy, gz))
    turns = zip(np.eye(3)[::-1], (yaw_rad, pitch, roll), strict=True)
    about_z, about_y, about_x = (quat_from_axis_angle(axis, np.array(a)) for axis, a in turns)
    return quat_to_matrix(quat_multiply(about_z, quat_multiply(about_y, about_x)))


def upright_matrix(projected_gravity: Array) -> Array:
    """Return rotations (..., 3, 3) from the base frame into the upright frame.

    The upright frame has its z axis against gravity and its x axis above the base's x axis.

    Args:
        projected_gravity: Unit vectors of gravity in the base frame, (..., 3).
    """
    up = -projected_gravity
    up_x, up_y, up_z = up[..., 0], up[..., 1], up[..., 2]
    # The base's x axis less its vertical part; only undefined for a base that points straight down
    # or up.
    length = np.sqrt(np.maximum(1 - up_x * up_x, 1e-12))
    forward_y, forward_z = -up_x * up_y / length, -up_x * up_z / length
    rotation = np.empty((*up.shape, 3))
    rotation[..., 0, 0], rotation[..., 0, 1], rotation[..., 0, 2] = length, forward_y, forward_z
    rotation[..., 1, 0] = up_y * forward_z - up_z * forward_y
    rotation[..., 1, 1] = up_z * length - up_x * forward_z
    rotation[..., 1, 2] = up_x * forward_y - up_y * length
    rotation[..., 2, :] = up
    return rotation


def turn_columns(columns: list[Array], axis: int, sin: Array, cos: Array) -> None:
    """Multiply rotation matrices by a rotation about their own ``axis``, in place.

    Args:
        columns: The three columns of the matrices, each an array of any shape.
        axis: Axis of the rotation: 0, 1 or 2.
        sin: Sine of the angle, broadcast to the columns.
        cos: Cosine of the angle, broadcast to the columns.
    """
    first, second = (axis + 1) % 3, (axis + 2) % 3
    a, b = columns[first], columns[second]
    columns[first] = cos * a + sin * b
    columns[second] = cos * b - sin * a
