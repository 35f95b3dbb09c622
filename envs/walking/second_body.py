"""The robot in a physics in which no policy is trained.

A policy that walks in it too doesn't depend on details of the training simulation. Compared with
the training physics: steps of 1 ms instead of 10, semi-implicit Euler instead of the implicit
integrator, elliptic instead of pyramidal friction cones, conjugate gradients instead of Newton,
every joint instead of legs and waist, soles that touch along their whole rim instead of at four
points, and limbs that collide with each other.
"""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.robot.contacts import ROBOT_CONTACT, exclude_home_contacts
from drive2walk.robot.joint_group import SIDES
from drive2walk.robot.model import invisible_body
from drive2walk.robot.spec import RobotSpec

SIM_DT_S = 0.001


def second_body(spec: RobotSpec) -> mujoco.MjSpec:
    """Return the robot with all joints and the options above."""
    body = invisible_body(spec)
    for side, name in zip(SIDES, spec.feet.bodies, strict=True):
        _replace_sole(body, body.body(name), spec, side)
    for geom in body.geoms:
        geom.conaffinity = geom.contype
    exclude_home_contacts(body, spec)
    body.option.timestep = SIM_DT_S
    body.option.integrator = mujoco.mjtIntegrator.mjINT_EULER
    body.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    body.option.solver = mujoco.mjtSolver.mjSOL_CG
    return body


def _replace_sole(body: mujoco.MjSpec, foot: mujoco.MjsBody, spec: RobotSpec, side: str) -> None:
    """Replace a foot's contact points by capsules along the rim of the sole."""
    for geom in list(foot.geoms):
        if geom.contype:
            body.delete(geom)
    points = np.array(spec.feet.contact_points) * [1, 1 if side == "left" else -1, 1]
    centre = points.mean(axis=0)
    around = np.argsort(np.arctan2(*(points - centre).T[1::-1]))
    for index, (start, end) in enumerate(zip(around, np.roll(around, -1), strict=True)):
        foot.add_geom(
            name=f"{side}_foot_{index}",
            type=mujoco.mjtGeom.mjGEOM_CAPSULE,
            fromto=[*points[start], *points[end]],
            size=[spec.feet.contact_radius_m, 0, 0],
            friction=[spec.feet.friction, 0.005, 0.0001],
            priority=1,
            condim=3,
            mass=0,
            group=3,
            **ROBOT_CONTACT,
        )
