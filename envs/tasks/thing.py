"""Things that can be picked up: free bodies that touch the robot, the world and each other."""

from __future__ import annotations

from typing import Any

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.robot.geometry.transforms import quat_from_axis_angle

UP = np.array([0.0, 0.0, 1.0])
# Robots have contype 1 and the world has conaffinity 1; a thing has both.
THING_CONTACT = {"contype": 1, "conaffinity": 1}
# Contact force stays inside the true friction cone and creeps little, so that a hand's grip holds.
GRIP_SLIP_RATIO = 50.0
# A soft palm touches a patch, which resists being turned on the spot: its radius times 2/3.
PATCH_M = 0.03


def prepare_grip(spec: mujoco.MjSpec) -> None:
    """Set the contact model that lifting by friction alone needs."""
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = GRIP_SLIP_RATIO


def add_thing(
    spec: mujoco.MjSpec, name: str, position: tuple[float, float, float], yaw: float
) -> mujoco.MjsBody:
    """Return a new free body of the scene, without shapes, at a place in the world."""
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
    """Add a shape of full edge lengths (a cylinder's: diameter twice, height) to a thing."""
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
    """Return what lets a geom of a thing be gripped, with its friction whatever it touches."""
    return {"friction": [friction, PATCH_M, 0.0001], "priority": 1, "condim": 4, **THING_CONTACT}
