"""What of a robot touches what: soles by points, shins and feet of one leg those of the other."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.robot.geometry.transforms import quat_from_axis_angle
from drive2walk.robot.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec

# Shins are alike on the robots of this size; capsules leave out the knee and the ankle. What is
# shorter than a shin belongs to the ankle.
SHIN_RADIUS_M, SHIN_SHARES, SHORTEST_SHIN_M = 0.05, (0.1, 0.85), 0.1
# Robot geoms touch the world and the world touches nothing else: self-contact costs time and
# gains nothing while the legs keep apart.
ROBOT_CONTACT = {"contype": 1, "conaffinity": 0}
WORLD_CONTACT = {"contype": 0, "conaffinity": 1}
# In training left feet and shins touch right ones, and nothing else of the robot itself.
LEG_CONTACT = {
    "left": {"contype": 2, "conaffinity": 4},
    "right": {"contype": 4, "conaffinity": 2},
}


def make_hands_solid(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Give rigid hands a palm that can push things."""
    palm = spec.hands.palm
    if palm is None or spec.fingers is not None:
        return
    for mirror, name in zip((1.0, -1.0), spec.hands.bodies, strict=True):
        x, y, z = palm.position
        body.body(name).add_geom(
            name=f"{name}_palm",
            type=mujoco.mjtGeom.mjGEOM_BOX,
            size=[edge / 2 for edge in palm.size],
            pos=[x, mirror * y, z],
            quat=quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), mirror * palm.yaw_rad),
            mass=0,
            group=3,
        )


def replace_feet(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Let the feet touch the ground by the spec's few points alone."""
    for side, name in zip(SIDES, spec.feet.bodies, strict=True):
        foot = body.body(name)
        for geom in list(foot.geoms):
            if geom.contype or geom.conaffinity:
                body.delete(geom)
        mirror = 1.0 if side == "left" else -1.0
        for i, (x, y, z) in enumerate(spec.feet.contact_points):
            foot.add_geom(
                name=f"{side}_foot_{i}",
                type=mujoco.mjtGeom.mjGEOM_SPHERE,
                size=[spec.feet.contact_radius_m, 0, 0],
                pos=[x, mirror * y, z],
                friction=[spec.feet.friction, 0.005, 0.0001],
                priority=1,
                condim=3,
                mass=0,
                group=3,
                **ROBOT_CONTACT,
            )


def let_legs_touch(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Put a capsule over each sole, as wide and as low as its contact points, and on each shin."""
    points, radius = np.array(spec.feet.contact_points), spec.feet.contact_radius_m
    half_width = float(np.ptp(points[:, 1])) / 2 + radius
    heel, toe = points[:, 0].min() - radius, points[:, 0].max() + radius
    middle, bottom = points[:, 1].mean(), points[:, 2].min() - radius
    for side, name in zip(SIDES, spec.feet.bodies, strict=True):
        foot = body.body(name)
        y = middle if side == "left" else -middle
        ends = [[x, y, bottom + half_width] for x in (heel + half_width, toe - half_width)]
        _add_capsule(foot, f"{side}_foot", ends, half_width, LEG_CONTACT[side])
        below = foot
        while np.linalg.norm(below.pos) < SHORTEST_SHIN_M:
            below = below.parent
        shin = [list(share * np.array(below.pos)) for share in SHIN_SHARES]
        _add_capsule(below.parent, f"{side}_shin", shin, SHIN_RADIUS_M, LEG_CONTACT[side])


def _add_capsule(
    link: mujoco.MjsBody,
    name: str,
    ends: list[list[float]],
    radius_m: float,
    contact: dict[str, int],
) -> None:
    link.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=[*ends[0], *ends[1]],
        size=[radius_m, 0, 0],
        condim=3,
        mass=0,
        group=3,
        **contact,
    )
