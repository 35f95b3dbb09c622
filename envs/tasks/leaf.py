"""A dry leaf: a blade that has curled up about its midrib and lies on it like a boat."""

from __future__ import annotations

import dataclasses
import math

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.tasks.thing import add_thing, grip_contact

# The blade is drawn as this many strips along the midrib and around it.
ALONG, AROUND = 10, 8
# How far each edge has curled up from the midrib, rad: past the widest place, so that fingers
# that close around it hold it from below.
CURL_RAD = math.radians(120)
# The blade's ends are this share of its middle's radius.
TIP = 0.15
# A mesh has no thickness of its own.
THICKNESS_M = 0.002
FRICTION = 1.0


@dataclasses.dataclass(frozen=True)
class Leaf:
    """The measures of a leaf.

    Attributes:
        length_m: along the midrib.
        radius_m: that its middle is curled to.
        mass_kg: of the leaf; inertia is that of its convex hull.
    """

    length_m: float
    radius_m: float
    mass_kg: float


def add_leaf(
    spec: mujoco.MjSpec, name: str, place: tuple[float, float], yaw: float, leaf: Leaf, look: Look
) -> None:
    """Lay a leaf on the ground at ``place``, its midrib along y, turned by ``yaw``.

    What touches is the blade's convex hull; what is seen is the blade, from both sides.

    Args:
        spec: of the scene.
        name: of the body, its joint, its geom and its mesh.
        place: x and y of its middle, m.
        yaw: rad.
        leaf: its measures.
        look: its colour.
    """
    points, faces = blade(leaf)
    spec.add_mesh(
        name=name,
        uservert=points.flatten(),
        userface=np.concatenate([faces, faces[:, ::-1]]).flatten(),
        inertia=mujoco.mjtMeshInertia.mjMESH_INERTIA_CONVEX,
    )
    body = add_thing(spec, name, (*place, THICKNESS_M), yaw)
    body.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_MESH,
        meshname=name,
        material=look.material,
        rgba=look.rgba,
        mass=leaf.mass_kg,
        margin=THICKNESS_M,
        **grip_contact(FRICTION),
    )


def blade(leaf: Leaf) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the blade's points (n, 3) m and its faces (m, 3), outwards; it lies on z = 0."""
    along = np.linspace(-1.0, 1.0, ALONG + 1)
    radius = leaf.radius_m * (TIP + (1 - TIP) * np.cos(along * math.pi / 2))[:, None]
    around = np.linspace(-CURL_RAD, CURL_RAD, AROUND + 1)
    x = radius * np.sin(around)
    y = np.broadcast_to(along[:, None] * leaf.length_m / 2, x.shape)
    z = radius * (1 - np.cos(around))
    points = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    row, column = np.meshgrid(np.arange(ALONG), np.arange(AROUND), indexing="ij")
    first = (row * (AROUND + 1) + column).reshape(-1)
    second = first + AROUND + 1
    lower = np.stack([first, second, first + 1], axis=1)
    upper = np.stack([second, second + 1, first + 1], axis=1)
    return points, np.concatenate([lower, upper])
