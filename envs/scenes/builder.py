"""Adds named shapes with a surface class and a look to a scene's world body."""

from __future__ import annotations

import math

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.materials import Look, Materials
from drive2walk.envs.scenes.appearance.textures import Generator
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply
from drive2walk.robot.surfaces import SURFACES

Vector = tuple[float, float, float]
UP = np.array([0.0, 0.0, 1.0])
GEOM = mujoco.mjtGeom
CEILING_GROUP = 4
HIDDEN_GROUP = 5


class SceneBuilder:
    """Builds in a frame that stands somewhere in the world, turned about the vertical.

    ``at`` returns a builder of the same scene in another frame, so that a chair is written
    once about its own origin and set down anywhere.
    """

    def __init__(self, rng: Generator) -> None:
        self.rng = rng
        self.spec = mujoco.MjSpec()
        self.surfaces: dict[str, str] = {}
        self.materials = Materials(self.spec, rng)
        self._origin: Vector = (0.0, 0.0, 0.0)
        self._yaw = 0.0

    def at(self, x: float, y: float, yaw: float = 0.0, z: float = 0.0) -> SceneBuilder:
        """Return a builder whose origin is (x, y, z) of this one's frame, turned by ``yaw``."""
        child = object.__new__(SceneBuilder)
        child.rng, child.spec = self.rng, self.spec
        child.surfaces, child.materials = self.surfaces, self.materials
        child._origin = self.world((x, y, z))
        child._yaw = self._yaw + yaw
        return child

    def world(self, point: Vector) -> Vector:
        """Return a point of this frame in the world."""
        cos, sin = math.cos(self._yaw), math.sin(self._yaw)
        x, y, z = point
        ox, oy, oz = self._origin
        return (ox + cos * x - sin * y, oy + sin * x + cos * y, oz + z)

    def box(
        self,
        name: str,
        size: Vector,
        centre: Vector,
        surface: str,
        look: Look,
        *,
        yaw: float = 0.0,
        tilt: float = 0.0,
        solid: bool = True,
        group: int = 0,
    ) -> None:
        """Add a box of full edge lengths ``size``, turned by ``yaw`` and leant by ``tilt`` (x)."""
        quat = quat_multiply(
            quat_from_axis_angle(UP, yaw), quat_from_axis_angle(np.array([1.0, 0, 0]), tilt)
        )
        half = [edge / 2 for edge in size]
        self._add(name, GEOM.mjGEOM_BOX, half, centre, quat, surface, look, solid, group)

    def panel(
        self,
        name: str,
        size: Vector,
        centre: Vector,
        facing: float,
        surface: str,
        look: Look,
        *,
        solid: bool = True,
    ) -> None:
        """Add an upright board (width, height, thickness) whose texture faces yaw ``facing``."""
        upright = quat_from_axis_angle(np.array([1.0, 0, 0]), math.pi / 2)
        quat = quat_multiply(quat_from_axis_angle(UP, facing + math.pi / 2), upright)
        half = [edge / 2 for edge in size]
        look = self.materials.upright(look)
        self._add(name, GEOM.mjGEOM_BOX, half, centre, quat, surface, look, solid, 0)

    def slab(
        self,
        name: str,
        size: Vector,
        centre: Vector,
        surface: str,
        look: Look,
        *,
        group: int = CEILING_GROUP,
    ) -> None:
        """Add a flat box overhead that blocks nothing (a ceiling, a lamp)."""
        half = [edge / 2 for edge in size]
        flipped = np.array([0.0, 1.0, 0.0, 0.0])
        self._add(name, GEOM.mjGEOM_BOX, half, centre, flipped, surface, look, False, group)

    def ground(
        self, name: str, size: tuple[float, float], centre: Vector, surface: str, look: Look
    ) -> None:
        """Add a horizontal rectangle that is only seen; feet stand on the solid ground."""
        half = [size[0] / 2, size[1] / 2, 1.0]
        quat = np.array([1.0, 0, 0, 0])
        self._add(name, GEOM.mjGEOM_PLANE, half, centre, quat, surface, look, False, 0)

    def solid_ground(self, name: str, z: float, surface: str) -> None:
        """Add the unseen endless plane that feet stand on."""
        look = Look("", (0.4, 0.4, 0.4, 1.0))
        quat = np.array([1.0, 0, 0, 0])
        half, centre = [0.0, 0.0, 1.0], (0.0, 0.0, z)
        self._add(name, GEOM.mjGEOM_PLANE, half, centre, quat, surface, look, True, HIDDEN_GROUP)

    def tuft(
        self, name: str, radii: Vector, centre: Vector, facing: float, surface: str, look: Look
    ) -> None:
        """Add an upright ellipsoid (radii across, up, deep) whose texture faces ``facing``."""
        upright = quat_from_axis_angle(np.array([1.0, 0, 0]), math.pi / 2)
        quat = quat_multiply(quat_from_axis_angle(UP, facing + math.pi / 2), upright)
        self._add(name, GEOM.mjGEOM_ELLIPSOID, list(radii), centre, quat, surface, look, True, 0)

    def ellipsoid(
        self,
        name: str,
        radii: Vector,
        centre: Vector,
        surface: str,
        look: Look,
        *,
        yaw: float = 0.0,
        solid: bool = True,
    ) -> None:
        """Add an ellipsoid."""
        quat = quat_from_axis_angle(UP, yaw)
        self._add(name, GEOM.mjGEOM_ELLIPSOID, list(radii), centre, quat, surface, look, solid, 0)

    def cylinder(
        self,
        name: str,
        start: Vector,
        end: Vector,
        radius: float,
        surface: str,
        look: Look,
        *,
        solid: bool = True,
    ) -> None:
        """Add a cylinder from ``start`` to ``end``."""
        self._rod(name, GEOM.mjGEOM_CYLINDER, start, end, radius, surface, look, solid)

    def capsule(
        self,
        name: str,
        start: Vector,
        end: Vector,
        radius: float,
        surface: str,
        look: Look,
        *,
        solid: bool = True,
    ) -> None:
        """Add a capsule whose round ends are centred at ``start`` and ``end``."""
        self._rod(name, GEOM.mjGEOM_CAPSULE, start, end, radius, surface, look, solid)

    def _rod(
        self,
        name: str,
        kind: mujoco.mjtGeom,
        start: Vector,
        end: Vector,
        radius: float,
        surface: str,
        look: Look,
        solid: bool,
    ) -> None:
        a, b = np.array(start), np.array(end)
        length = float(np.linalg.norm(b - a))
        axis = (b - a) / length
        turn = np.cross(UP, axis)
        sine = float(np.linalg.norm(turn))
        about = turn / sine if sine > 1e-9 else np.array([1.0, 0, 0])
        quat = quat_from_axis_angle(about, math.atan2(sine, float(axis[2])))
        middle = tuple(float(v) for v in (a + b) / 2)
        self._add(name, kind, [radius, length / 2, 0.0], middle, quat, surface, look, solid, 0)

    def _add(
        self,
        name: str,
        kind: mujoco.mjtGeom,
        size: list[float],
        centre: tuple[float, ...],
        quat: np.ndarray,
        surface: str,
        look: Look,
        solid: bool,
        group: int,
    ) -> None:
        if surface not in SURFACES:
            raise ValueError(f"unknown surface '{surface}' of geom '{name}'")
        x, y, z = centre
        unique = name if name not in self.surfaces else f"{name}_{len(self.surfaces)}"
        self.surfaces[unique] = surface
        self.spec.worldbody.add_geom(
            name=unique,
            type=kind,
            size=size,
            pos=self.world((x, y, z)),
            quat=quat_multiply(quat_from_axis_angle(UP, self._yaw), quat),
            material=look.material,
            rgba=look.rgba,
            contype=0,
            conaffinity=int(solid),
            group=group,
            # Ceilings would shade whole rooms.
            castshadow=group != CEILING_GROUP,
        )
