"""The physics in which walking robots are trained and evaluated."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Literal

import mujoco
import numpy as np

from drive2walk.envs.terrain.plane import FLAT
from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.envs.walking.second_body import second_body
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.model import invisible_body, training_body
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

PhysicsName = Literal["training", "full", "second"]

# A payload is a ball of this size around the hand's centre of mass; it touches nothing.
PAYLOAD_RADIUS_M = 0.05
# A touch sensor measures contacts within a box that is this much larger than the sole.
SOLE_MARGIN_M = 0.015


@dataclasses.dataclass(frozen=True)
class Physics:
    """A robot on the ground.

    Attributes:
        model: The compiled world.
        decimation: Physics steps in a control step.
        terrain: The ground.
    """

    model: mujoco.MjModel
    decimation: int
    terrain: Terrain = FLAT


def training_physics(spec: RobotSpec, terrain: Terrain = FLAT) -> Physics:
    """Return the cheap physics: 10 ms steps, motors in legs and waist, welded arms."""
    return _compile_on(terrain, training_body(terrain.adapt_soles(spec)))


BODIES: dict[str, Callable[[RobotSpec], mujoco.MjSpec]] = {
    "training": training_body,
    "full": invisible_body,
    "second": second_body,
}


def trial_physics(
    spec: RobotSpec, name: PhysicsName, terrain: Terrain = FLAT, payload_kg: float = 0.0
) -> Physics:
    """Return the physics of a trial, with sensors for the load on each foot.

    Args:
        spec: The robot.
        name: Name of the physics.
        terrain: The ground.
        payload_kg: Mass in each hand.
    """
    spec = terrain.adapt_soles(spec)
    body = BODIES[name](spec)
    if payload_kg > 0:
        for hand in spec.hands.bodies:
            _add_payload(body.body(hand), payload_kg)
    for side, foot in zip(SIDES, spec.feet.bodies, strict=True):
        _add_touch_sensor(body, spec, side, foot)
    return _compile_on(terrain, body)


def touch_sensor(side: str) -> str:
    """Return the name of the sensor for the load on a foot, in newtons."""
    return f"{side}_foot_load"


def _add_payload(hand: mujoco.MjsBody, payload_kg: float) -> None:
    payload = hand.add_body(pos=hand.ipos)
    payload.mass = payload_kg
    payload.inertia = np.full(3, 0.4 * payload_kg * PAYLOAD_RADIUS_M**2)
    payload.explicitinertial = True


def _add_touch_sensor(body: mujoco.MjSpec, spec: RobotSpec, side: str, foot: str) -> None:
    points = np.array(spec.feet.contact_points) * [1, 1 if side == "left" else -1, 1]
    name = touch_sensor(side)
    body.body(foot).add_site(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=(points.min(axis=0) + points.max(axis=0)) / 2,
        size=np.ptp(points, axis=0) / 2 + spec.feet.contact_radius_m + SOLE_MARGIN_M,
    )
    body.add_sensor(
        name=name,
        type=mujoco.mjtSensor.mjSENS_TOUCH,
        objtype=mujoco.mjtObj.mjOBJ_SITE,
        objname=name,
    )


def _compile_on(terrain: Terrain, body: mujoco.MjSpec) -> Physics:
    terrain.add_to(body)
    return Physics(body.compile(), round(CONTROL_DT_S / body.option.timestep), terrain)
