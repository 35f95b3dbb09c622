"""A dry leaf: a blade that is curled up about its midrib and lies on the midrib."""

from __future__ import annotations

import dataclasses
import math

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.items.thing import add_thing, grip_contact

# Numbers of strips along the midrib and around it.
ALONG, AROUND = 10, 8
# Angle from the midrib to each edge. Beyond 90 degrees the edges lean inwards, and fingers that
# close around the leaf hold it from below.
CURL_RAD = math.radians(120)
# Radius of the blade's ends as a fraction of the radius in its middle.
TIP_FRACTION = 0.15
# A mesh has no thickness of its own.
THICKNESS_M = 0.002
FRICTION = 1.0


@dataclasses.dataclass(frozen=True)
class Leaf:
    """The dimensions of a leaf.

    Attributes:
        length_m: Length along the midrib.
        radius_m: Radius of the curl in the middle.
        mass_kg: Mass; the inertia is that of the convex hull.
    """

    length_m: float
    radius_m: float
    mass_kg: float


def add_leaf(
    spec: mujoco.MjSpec, name: str, place: tuple[float, float], yaw: float, leaf: Leaf, look: Look
) -> None:
    """Add a leaf that lies on the ground.

    Contacts are with the blade's convex hull; the blade is visible from both sides.

    Args:
        spec: The scene.
        name: Name of the body, its joint, its geom and its mesh.
        place: Middle of the leaf, x and y in metres.
        yaw: Yaw of the leaf; at 0 the midrib is along y.
        leaf: Dimensions.
        look: Look of the blade.
    """
    points, faces = blade_mesh(leaf)
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


def blade_mesh(leaf: Leaf) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the blade's points (n, 3) m and outward faces (m, 3); the blade lies on z = 0."""
    along = np.linspace(-1.0, 1.0, ALONG + 1)
    profile = TIP_FRACTION + (1 - TIP_FRACTION) * np.cos(along * math.pi / 2)
    radius = leaf.radius_m * profile[:, None]
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
