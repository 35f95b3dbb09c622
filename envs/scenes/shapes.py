"""Geometric shapes: MuJoCo's type, size, centre and orientation."""

from __future__ import annotations

import dataclasses
import math

import mujoco
import numpy as np

from drive2walk.envs.scenes.frame import Vector
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply

UP = np.array([0.0, 0.0, 1.0])
AHEAD = np.array([1.0, 0.0, 0.0])
NO_TURN = np.array([1.0, 0.0, 0.0, 0.0])
GEOM = mujoco.mjtGeom


@dataclasses.dataclass(frozen=True)
class Shape:
    """A shape in the frame of a builder.

    Attributes:
        kind: MuJoCo's geom type.
        size: MuJoCo's size: half edges, radii, or radius and half length, m.
        centre: Position of the centre, m.
        quat: Orientation, (4,) wxyz.
    """

    kind: mujoco.mjtGeom
    size: list[float]
    centre: Vector
    quat: Array


def box(size: Vector, centre: Vector, yaw: float, tilt: float) -> Shape:
    """Return a box with edges ``size``, tilted about x, then turned by ``yaw``."""
    quat = quat_multiply(quat_from_axis_angle(UP, yaw), quat_from_axis_angle(AHEAD, tilt))
    return Shape(GEOM.mjGEOM_BOX, _half(size), centre, quat)


def panel(size: Vector, centre: Vector, facing: float) -> Shape:
    """Return an upright board (width, height, thickness) whose local z axis has yaw ``facing``."""
    return Shape(GEOM.mjGEOM_BOX, _half(size), centre, _upright_quat(facing))


def slab(size: Vector, centre: Vector) -> Shape:
    """Return a flat box whose textured face looks down."""
    return Shape(GEOM.mjGEOM_BOX, _half(size), centre, np.array([0.0, 1.0, 0.0, 0.0]))


def rectangle(size: tuple[float, float], centre: Vector) -> Shape:
    """Return a horizontal rectangle."""
    return Shape(GEOM.mjGEOM_PLANE, [size[0] / 2, size[1] / 2, 1.0], centre, NO_TURN)


def endless_plane(z: float) -> Shape:
    """Return a horizontal plane without edges at height ``z``."""
    return Shape(GEOM.mjGEOM_PLANE, [0.0, 0.0, 1.0], (0.0, 0.0, z), NO_TURN)


def ellipsoid(radii: Vector, centre: Vector, yaw: float) -> Shape:
    """Return an ellipsoid turned by ``yaw``."""
    return Shape(GEOM.mjGEOM_ELLIPSOID, list(radii), centre, quat_from_axis_angle(UP, yaw))


def upright_ellipsoid(radii: Vector, centre: Vector, facing: float) -> Shape:
    """Return an ellipsoid (radii across, up, deep) whose local z axis has yaw ``facing``."""
    return Shape(GEOM.mjGEOM_ELLIPSOID, list(radii), centre, _upright_quat(facing))


def rod(kind: mujoco.mjtGeom, start: Vector, end: Vector, radius: float) -> Shape:
    """Return a cylinder or a capsule whose axis leads from ``start`` to ``end``."""
    a, b = np.array(start), np.array(end)
    length = float(np.linalg.norm(b - a))
    axis = (b - a) / length
    turn = np.cross(UP, axis)
    sine = float(np.linalg.norm(turn))
    about = turn / sine if sine > 1e-9 else AHEAD
    quat = quat_from_axis_angle(about, math.atan2(sine, float(axis[2])))
    x, y, z = (float(v) for v in (a + b) / 2)
    return Shape(kind, [radius, length / 2, 0.0], (x, y, z), quat)


def _upright_quat(facing: float) -> Array:
    upright = quat_from_axis_angle(AHEAD, math.pi / 2)
    return quat_multiply(quat_from_axis_angle(UP, facing + math.pi / 2), upright)


def _half(size: Vector) -> list[float]:
    return [edge / 2 for edge in size]
