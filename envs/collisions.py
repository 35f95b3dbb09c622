"""Collisions of a robot with the world: all contacts except soles on ground to walk on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import mujoco
import numpy as np

from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.geometry.arrays import Ids

GROUND = ("floor", "sidewalk", "road")
# A contact that is lost and found again within this time is the same touch: stiff shapes chatter
# for a few milliseconds when they meet. No new target reaches the joints in less than a control
# step of 0.02 s, so a longer gap is the robot's doing.
GRACE_S = 0.02


class CollisionCounter:
    """A count of collisions; a touch counts once for as long as it lasts.

    Args:
        model: The compiled world with the robot.
        scene: The scene, for the surfaces of the world's geoms.
        robot_prefix: Prefix of the names of the robot's bodies.

    Attributes:
        counts: Number of collisions since the reset by (robot body, world geom).
    """

    def __init__(self, model: mujoco.MjModel, scene: Scene, robot_prefix: str) -> None:
        body_of = model.geom_bodyid
        self._body_name = [model.body(body).name for body in body_of]
        self._geom_name = [model.geom(i).name for i in range(model.ngeom)]
        is_robot = np.array([name.startswith(robot_prefix) for name in self._body_name])
        # Neither walls and furniture nor the bodies that the world moves have a joint.
        is_world = model.body_dofnum[model.body_weldid[body_of]] == 0
        surfaces = [scene.surfaces.get(name, "") for name in self._geom_name]
        is_ground = np.isin(surfaces, GROUND)
        is_sole = np.array(["_foot_" in name for name in self._geom_name])
        # Whether a touch of a robot's geom (row) and another one (column) is a collision.
        self._collides = np.outer(is_robot, is_world) & ~np.outer(is_sole, is_ground)
        self._last_touch_s: dict[tuple[str, str], float] = {}
        self.counts: Counter[tuple[str, str]] = Counter()

    @property
    def total(self) -> int:
        """Number of collisions since the reset."""
        return self.counts.total()

    def reset(self) -> None:
        """Start again from 0."""
        self._last_touch_s = {}
        self.counts = Counter()

    def update(self, data: mujoco.MjData) -> None:
        """Count the touches that have begun; call it after every step of the physics."""
        touching = self._find_collisions(data)
        if not touching and not self._last_touch_s:
            return
        # The tolerance is for the rounding of sums of time steps.
        oldest = data.time - GRACE_S - 1e-9
        self._last_touch_s = {pair: t for pair, t in self._last_touch_s.items() if t >= oldest}
        self.counts.update(touching - self._last_touch_s.keys())
        self._last_touch_s |= dict.fromkeys(touching, data.time)

    def _find_collisions(self, data: mujoco.MjData) -> set[tuple[str, str]]:
        """Return the (robot body, world geom) pairs that collide."""
        first, second = data.contact.geom[: data.ncon].T
        return {*self._name_pairs(first, second), *self._name_pairs(second, first)}

    def _name_pairs(self, robot: Ids, world: Ids) -> Iterator[tuple[str, str]]:
        """Yield the names of the pairs (n,) and (n,) of geoms whose touch is a collision."""
        for k in np.flatnonzero(self._collides[robot, world]):
            yield self._body_name[robot[k]], self._geom_name[world[k]]
