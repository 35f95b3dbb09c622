"""Movable things: free bodies that touch the robot, the world and each other."""

from __future__ import annotations

from typing import Any

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.robot.geometry.transforms import quat_from_axis_angle

UP = np.array([0.0, 0.0, 1.0])
# Robots have contype 1, the world has conaffinity 1, and things have both.
THING_CONTACT = {"contype": 1, "conaffinity": 1}
# Ratio of friction to normal impedance (MuJoCo's impratio). A high one makes contacts creep little,
# so that a grip holds.
GRIP_IMPEDANCE_RATIO = 50.0
# Torsional friction, in metres, of a soft palm that touches a patch: 2/3 of the patch's radius.
PATCH_M = 0.03


def prepare_grip(spec: mujoco.MjSpec) -> None:
    """Set the contact model that lifting by friction alone needs."""
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = GRIP_IMPEDANCE_RATIO


def add_thing(
    spec: mujoco.MjSpec, name: str, position: tuple[float, float, float], yaw: float
) -> mujoco.MjsBody:
    """Add a free body without shapes and return it.

    Args:
        spec: The scene.
        name: Name of the body and its joint.
        position: Position in the world, m.
        yaw: Yaw in the world, rad.
    """
    quat = quat_from_axis_angle(UP, yaw)
    body = spec.worldbody.add_body(name=name, pos=position, quat=quat)
    body.add_freejoint(name=name)
    return body


def add_shape(
    body: mujoco.MjsBody,
    name: str,
    kind: mujoco.mjtGeom,
    size: tuple[float, float, float],
    centre: tuple[float, float, float],
    look: Look,
    *,
    mass_kg: float,
    friction: float,
) -> None:
    """Add a shape to a thing.

    Args:
        body: The thing.
        name: Name of the geom.
        kind: A box or a cylinder.
        size: Edge lengths, m; of a cylinder its diameter twice and its height.
        centre: Position of the centre in the body's frame, m.
        look: Look of the geom.
        mass_kg: Mass.
        friction: Sliding friction coefficient.
    """
    half = [edge / 2 for edge in size]
    if kind == mujoco.mjtGeom.mjGEOM_CYLINDER:
        half = [half[0], half[2], 0.0]
    body.add_geom(
        name=name,
        type=kind,
        size=half,
        pos=centre,
        material=look.material,
        rgba=look.rgba,
        mass=mass_kg,
        **grip_contact(friction),
    )


def grip_contact(friction: float) -> dict[str, Any]:
    """Return the contact parameters of a geom that can be gripped.

    The geom's own friction applies to every contact, because its priority is the highest.
    """
    return {"friction": [friction, PATCH_M, 0.0001], "priority": 1, "condim": 4, **THING_CONTACT}
