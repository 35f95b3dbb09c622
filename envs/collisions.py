"""Collisions of a robot with the world: all contacts except soles on ground to walk on."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.scenes.scene import Scene

GROUND = ("floor", "sidewalk", "road")


class CollisionCounter:
    """A count of collisions; a contact that lasts counts once.

    Args:
        model: The compiled world with the robot.
        scene: The scene, for the surfaces of the world's geoms.

    Attributes:
        count: Number of collisions since the reset.
    """

    def __init__(self, model: mujoco.MjModel, scene: Scene) -> None:
        body_of = model.geom_bodyid
        self._body_name = [model.body(body).name for body in body_of]
        self._geom_name = [model.geom(i).name for i in range(model.ngeom)]
        self._is_world = body_of == 0
        surfaces = [scene.surfaces.get(name, "") for name in self._geom_name]
        self._is_ground = np.isin(surfaces, GROUND)
        self._is_sole = np.array(["_foot_" in name for name in self._geom_name])
        self._touching: set[tuple[str, str]] = set()
        self.count = 0

    def reset(self) -> None:
        """Start again from 0."""
        self._touching = set()
        self.count = 0

    def update(self, data: mujoco.MjData) -> None:
        """Count the collisions that have begun since the last update."""
        touching = self._find_collisions(data)
        self.count += len(touching - self._touching)
        self._touching = touching

    def _find_collisions(self, data: mujoco.MjData) -> set[tuple[str, str]]:
        """Return the (robot body, world geom) pairs that collide."""
        pairs = set()
        for a, b in data.contact.geom[: data.ncon]:
            robot, world = (b, a) if self._is_world[a] else (a, b)
            if self._is_world[world] and not (self._is_sole[robot] and self._is_ground[world]):
                pairs.add((self._body_name[robot], self._geom_name[world]))
        return pairs
