"""The shapes by which a robot touches the world and itself: palms, soles, feet and shins."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.robot.geometry.transforms import quat_from_axis_angle
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec

# Shins are alike on robots of this size. A capsule covers this range of the shin, as fractions of
# the way from knee to ankle, so that it leaves out both joints.
SHIN_RADIUS_M, SHIN_RANGE = 0.05, (0.1, 0.85)
# A shorter link below the knee belongs to the ankle.
SHORTEST_SHIN_M = 0.1
# Robot geoms touch the world, and the world touches nothing else.
ROBOT_CONTACT = {"contype": 1, "conaffinity": 0}
WORLD_CONTACT = {"contype": 0, "conaffinity": 1}
# A bit by which robot geoms touch each other, where they do.
SELF_CONTACT_BIT = 2
NEIGHBOUR_JOINTS = 2
# In training the left foot and shin touch the right ones, and nothing else of the robot itself.
LEG_CONTACT = {
    "left": {"contype": 2, "conaffinity": 4},
    "right": {"contype": 4, "conaffinity": 2},
}


def add_palms(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Give rigid hands a palm that can push things; hands with fingers stay as they are."""
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


def replace_feet(body: mujoco.MjSpec, spec: RobotSpec, friction: float) -> None:
    """Replace the shapes of the feet by the spec's contact points.

    Args:
        body: The robot.
        spec: The robot's description.
        friction: Sliding friction coefficient.
    """
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
                friction=[friction, 0.005, 0.0001],
                priority=1,
                condim=3,
                mass=0,
                group=3,
                **ROBOT_CONTACT,
            )


def add_leg_contacts(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Add capsules by which one leg touches the other: one over each sole, one on each shin.

    The sole's capsule is as wide and as low as the contact points.
    """
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
        shin = [list(fraction * np.array(below.pos)) for fraction in SHIN_RANGE]
        _add_capsule(below.parent, f"{side}_shin", shin, SHIN_RADIUS_M, LEG_CONTACT[side])


def add_self_contacts(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Let the robot's links touch each other, except neighbours and links that overlap at home.

    Neighbours are a link and those at most ``NEIGHBOUR_JOINTS`` joints above it: their shapes
    overlap around the joints between them.
    """
    for geom in body.geoms:
        if geom.contype:
            geom.contype |= SELF_CONTACT_BIT
            geom.conaffinity |= SELF_CONTACT_BIT
    _exclude_neighbours(body)
    exclude_home_contacts(body, spec)


def exclude_home_contacts(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Exclude contacts between links whose shapes overlap at home, as round soles and shins do."""
    model = body.copy().compile()
    data = mujoco.MjData(model)
    for name, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
        data.joint(name).qpos = angle
    if spec.fingers is not None:
        opened = spec.fingers.targets(np.zeros(len(SIDES)))
        for name, angle in zip(spec.fingers.joint_names, opened, strict=True):
            data.joint(name).qpos = angle
    mujoco.mj_forward(model, data)
    for first, second in sorted({tuple(pair) for pair in model.geom_bodyid[data.contact.geom]}):
        body.add_exclude(bodyname1=model.body(first).name, bodyname2=model.body(second).name)


def _exclude_neighbours(body: mujoco.MjSpec) -> None:
    for link in body.bodies:
        above = link.parent
        for _ in range(NEIGHBOUR_JOINTS):
            if above is None or above.name == "world":
                break
            body.add_exclude(bodyname1=above.name, bodyname2=link.name)
            above = above.parent


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
