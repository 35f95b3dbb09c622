"""What the gait knows of a robot's body, read from its model or kept in a deployment bundle."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from drive2walk.locomotion.gait.gait import Gait
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.pendulum.balance import lean
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.kinematics.leg_geometry import LegGeometry
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics
from drive2walk.robot.spec import RobotSpec

if TYPE_CHECKING:  # a deployed robot keeps its measures and has no simulator
    import mujoco


# Sinking this far shows how the centre of mass moves in the base.
CROUCH_M = 0.2


@dataclasses.dataclass(frozen=True)
class GaitBody:
    """The measures of a robot at home.

    Attributes:
        legs: where the joints are.
        com: centre of mass in the base frame, (3,) m.
        com_slope: its change for each metre that the base is higher above the feet, (3,).
        mass_kg: of the whole robot.
    """

    legs: LegGeometry
    com: Array
    com_slope: Array
    mass_kg: float

    @classmethod
    def read(cls, spec: RobotSpec, parameters: GaitParameters) -> GaitBody:
        """Return the measures of the robot's model with the upper body at home."""
        from drive2walk.robot.model import training_body

        model = training_body(spec).compile()
        legs = LegGeometry.read(model, spec)
        leg_home = spec.home_qpos[: spec.num_leg_joints]
        height = parameters.height_m
        high = _over_feet(model, spec, legs, parameters, height)
        low = _over_feet(model, spec, legs, parameters, height - CROUCH_M)
        return cls(
            legs,
            com=_centre_of_mass(model, spec, leg_home),
            com_slope=(high - low) / CROUCH_M,
            mass_kg=float(model.body_mass.sum()),
        )


def build_gait(spec: RobotSpec, parameters: GaitParameters, body: GaitBody) -> Gait:
    """Return the gait of a robot with this body."""
    return Gait(
        LegKinematics(body.legs),
        parameters,
        sole_centre=sole_centres(spec),
        com=body.com,
        com_slope=body.com_slope,
        mass_kg=body.mass_kg,
        leg_kp=spec.per_joint("kp")[: spec.num_leg_joints],
    )


def sole_centres(spec: RobotSpec) -> Array:
    """Return the centres of the soles in their feet's frames, left and right, (2, 3) m."""
    points = np.array(spec.feet.contact_points)
    centre = points.mean(axis=0) - [0, 0, spec.feet.contact_radius_m]
    return np.stack([centre, centre * [1, -1, 1]])


def _over_feet(
    model: mujoco.MjModel,
    spec: RobotSpec,
    legs: LegGeometry,
    parameters: GaitParameters,
    height_m: float,
) -> Array:
    """Return the centre of mass, base frame, (3,) m, of a robot that has its feet below it."""
    kinematics, soles = LegKinematics(legs), sole_centres(spec)
    ground = lean(np.array([height_m]), parameters)[0]
    side = parameters.width_m / 2
    com = np.zeros(3)
    for _ in range(5):  # the legs move the centre of mass
        ahead = (ground.T @ com)[0]
        places = np.array([[ahead, side, -height_m], [ahead, -side, -height_m]])
        ankles = (places - soles) @ ground.T
        qpos = kinematics.inverse(ankles[None], np.broadcast_to(ground, (1, 2, 3, 3)))[0]
        com = _centre_of_mass(model, spec, qpos)
    return com


def _centre_of_mass(model: mujoco.MjModel, spec: RobotSpec, leg_qpos: Array) -> Array:
    import mujoco

    data = mujoco.MjData(model)
    for name, angle in zip(spec.leg_joint_names, leg_qpos, strict=True):
        data.joint(name).qpos = angle
    mujoco.mj_kinematics(model, data)
    mujoco.mj_comPos(model, data)
    com: Array = data.subtree_com[0] - data.body(spec.pelvis).xpos
    return com
