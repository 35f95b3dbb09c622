"""Other robots in a physics in which no policy is trained.

A policy that walks in it too doesn't depend on details of the training simulation. Each robot of a
trial has masses, gains, torques, friction and delay of its own, drawn once from the trial's seed
within ``OTHER_ROBOT``.

Compared with the training physics: steps of 1 ms instead of 10, semi-implicit Euler instead of the
implicit integrator, elliptic instead of pyramidal friction cones, conjugate gradients instead of
Newton, every joint instead of legs and waist, soles that touch along their whole rim instead of at
four points, and limbs that collide with each other.
"""

from __future__ import annotations

from typing import Any

import mujoco
import numpy as np

from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.robot.contacts import ROBOT_CONTACT, exclude_home_contacts
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.model import invisible_body
from drive2walk.robot.spec import RobotSpec

SIM_DT_S = 0.001
# The size of what is uncertain about a real robot. The delay is that of a bus and a motor driver.
OTHER_ROBOT = RandomizationConfig(
    friction=(0.4, 1.0),
    torso_mass_kg=2.0,
    torso_com_m=0.02,
    link_mass_fraction=0.1,
    gain_fraction=0.2,
    strength=(0.85, 1.0),
    delay_steps=10,
)


def list_changes() -> dict[str, Any]:
    """Return what differs from the robot's model, by name: ranges, and options of the physics."""
    config = OTHER_ROBOT
    return {
        "sole_friction": list(config.friction or ()),
        "torso_mass_kg": [-config.torso_mass_kg, config.torso_mass_kg],
        "torso_com_m": [-config.torso_com_m, config.torso_com_m],
        "link_mass_scale": [1 - config.link_mass_fraction, 1 + config.link_mass_fraction],
        "gain_scale": [1 - config.gain_fraction, 1 + config.gain_fraction],
        "torque_scale": list(config.strength),
        "motor_delay_s": [0.0, config.delay_steps * SIM_DT_S],
        "sim_dt_s": SIM_DT_S,
        "integrator": "Euler",
        "cone": "elliptic",
        "solver": "CG",
        "soles": "capsules along the rim",
        "contacts": "between limbs, too",
    }


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
