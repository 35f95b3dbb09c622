"""A builder of scenes: it adds named shapes with a surface class and a look."""

from __future__ import annotations

import copy

import mujoco

from drive2walk.envs.scenes import shapes
from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.appearance.materials import Look, Materials
from drive2walk.envs.scenes.frame import Frame, Vector
from drive2walk.envs.scenes.geom_groups import CEILING_GROUP, HIDDEN_GROUP
from drive2walk.envs.scenes.shapes import Shape
from drive2walk.experiment.errors import unknown_name
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply
from drive2walk.robot.surfaces import SURFACES


class SceneBuilder:
    """Adds geoms to one scene, in a frame of its own.

    ``at`` returns a builder of the same scene in another frame, so that the code of a chair is
    written about the chair's origin and works anywhere. Positions and sizes are in metres, angles
    in radians. Names that are taken get a number.

    Args:
        rng: Source of everything random in the scene.

    Attributes:
        spec: The scene.
        surfaces: Surface class by geom name.
        materials: Looks for the geoms.
    """

    def __init__(self, rng: Generator) -> None:
        self.rng = rng
        self.spec = mujoco.MjSpec()
        self.surfaces: dict[str, str] = {}
        self.materials = Materials(self.spec, rng)
        self._frame = Frame()
        self._body = self.spec.worldbody

    def at(self, x: float, y: float, yaw: float = 0.0, z: float = 0.0) -> SceneBuilder:
        """Return a builder whose origin is (x, y, z) of this frame, turned by ``yaw``."""
        child = copy.copy(self)
        child._frame = self._frame.child((x, y, z), yaw)
        return child

    def moved(self, name: str, x: float, y: float, yaw: float) -> SceneBuilder:
        """Return a builder on a new body that the world moves, now at (x, y, yaw) of the world."""
        child = copy.copy(self)
        quat = quat_from_axis_angle(shapes.UP, yaw)
        child._frame = Frame()
        child._body = self.spec.worldbody.add_body(name=name, mocap=True, pos=[x, y, 0], quat=quat)
        return child

    def to_world(self, point: Vector) -> Vector:
        """Return a point of this frame in the world."""
        return self._frame.to_world(point)

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
    ) -> None:
        """Add a box with edges ``size``, tilted about x, then turned by ``yaw``."""
        self._add(name, shapes.box(size, centre, yaw, tilt), surface, look)

    def panel(
        self, name: str, size: Vector, centre: Vector, facing: float, surface: str, look: Look
    ) -> None:
        """Add an upright board (width, height, thickness) whose texture faces yaw ``facing``."""
        look = self.materials.upright(look)
        self._add(name, shapes.panel(size, centre, facing), surface, look)

    def slab(self, name: str, size: Vector, centre: Vector, surface: str, look: Look) -> None:
        """Add a flat box overhead that touches nothing (a ceiling, a lamp)."""
        self._add(name, shapes.slab(size, centre), surface, look, solid=False, group=CEILING_GROUP)

    def ground(
        self, name: str, size: tuple[float, float], centre: Vector, surface: str, look: Look
    ) -> None:
        """Add a visible rectangle of ground; feet stand on the invisible solid ground."""
        self._add(name, shapes.rectangle(size, centre), surface, look, solid=False)

    def solid_ground(self, name: str, z: float, surface: str) -> None:
        """Add the invisible endless plane that feet stand on."""
        look = Look("", (0.4, 0.4, 0.4, 1.0))
        self._add(name, shapes.endless_plane(z), surface, look, group=HIDDEN_GROUP)

    def tuft(
        self, name: str, radii: Vector, centre: Vector, facing: float, surface: str, look: Look
    ) -> None:
        """Add an upright ellipsoid (radii across, up, deep) whose texture faces ``facing``."""
        self._add(name, shapes.upright_ellipsoid(radii, centre, facing), surface, look)

    def ellipsoid(
        self,
        name: str,
        radii: Vector,
        centre: Vector,
        surface: str,
        look: Look,
        *,
        yaw: float = 0.0,
    ) -> None:
        """Add an ellipsoid turned by ``yaw``."""
        self._add(name, shapes.ellipsoid(radii, centre, yaw), surface, look)

    def cylinder(
        self, name: str, start: Vector, end: Vector, radius: float, surface: str, look: Look
    ) -> None:
        """Add a cylinder from ``start`` to ``end``."""
        shape = shapes.rod(mujoco.mjtGeom.mjGEOM_CYLINDER, start, end, radius)
        self._add(name, shape, surface, look)

    def capsule(
        self, name: str, start: Vector, end: Vector, radius: float, surface: str, look: Look
    ) -> None:
        """Add a capsule whose round ends are centred at ``start`` and ``end``."""
        shape = shapes.rod(mujoco.mjtGeom.mjGEOM_CAPSULE, start, end, radius)
        self._add(name, shape, surface, look)

    def _add(
        self,
        name: str,
        shape: Shape,
        surface: str,
        look: Look,
        *,
        solid: bool = True,
        group: int = 0,
    ) -> None:
        if surface not in SURFACES:
            raise ValueError(f"geom '{name}': {unknown_name('surface', surface, SURFACES)}")
        unique = name if name not in self.surfaces else f"{name}_{len(self.surfaces)}"
        self.surfaces[unique] = surface
        turn = quat_from_axis_angle(shapes.UP, self._frame.yaw)
        self._body.add_geom(
            name=unique,
            type=shape.kind,
            size=shape.size,
            pos=self._frame.to_world(shape.centre),
            quat=quat_multiply(turn, shape.quat),
            material=look.material,
            rgba=look.rgba,
            contype=0,
            conaffinity=int(solid),
            group=group,
            # Ceilings would shade whole rooms.
            castshadow=group != CEILING_GROUP,
        )
