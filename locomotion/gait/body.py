"""The measures of a robot that its gait needs, read from its model or kept in a bundle."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from drive2walk.locomotion.gait.gait import Gait
from drive2walk.locomotion.gait.lean import ground_in_base
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.pendulum.balance import Balance
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.kinematics.leg_geometry import LegGeometry
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics
from drive2walk.robot.spec import RobotSpec

if TYPE_CHECKING:  # a deployed robot has no simulator
    import mujoco


# The centre of mass is compared at heights this far apart.
CROUCH_M = 0.2


@dataclasses.dataclass(frozen=True)
class GaitBody:
    """The measures of a robot in its home pose.

    Attributes:
        legs: Positions of the legs' joints.
        com: Centre of mass in the base frame, (3,) m.
        com_slope: Change of the centre of mass for each metre that the base is higher, (3,).
        mass_kg: Mass of the whole robot.
    """

    legs: LegGeometry
    com: Array
    com_slope: Array
    mass_kg: float

    @classmethod
    def from_model(cls, spec: RobotSpec, parameters: GaitParameters) -> GaitBody:
        """Return the measures of the robot's model with the upper body in its home pose."""
        from drive2walk.robot.model import training_body

        model = training_body(spec).compile()
        legs = LegGeometry.from_model(model, spec)
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
    com = body.com + np.array([parameters.com_shift_m, 0, 0])
    return Gait(
        LegKinematics(body.legs),
        parameters,
        Balance(parameters.height_m, com, body.com_slope, body.mass_kg),
        sole_centres(spec),
        spec.per_joint("kp")[: spec.num_leg_joints],
    )


def sole_centres(spec: RobotSpec) -> Array:
    """Return the soles' centres in their feet's frames, left and right, (2, 3) m."""
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
    """Return the centre of mass of a robot whose feet are below it, base frame, (3,) m."""
    kinematics, soles = LegKinematics(legs), sole_centres(spec)
    ground = ground_in_base(np.array([height_m]), parameters)[0]
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
