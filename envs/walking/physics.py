"""The physics that a walking robot is trained in and judged in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Literal

import mujoco
import numpy as np

from drive2walk.envs.terrain.terrain import FLAT, Terrain
from drive2walk.envs.walking.second_body import second_body
from drive2walk.robot.joint_group import SIDES
from drive2walk.robot.model import full_body, training_body
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

PhysicsName = Literal["training", "full", "second"]

# A payload is a ball of this size around the hand's centre of mass; it touches nothing.
PAYLOAD_RADIUS_M = 0.05
# A touch sensor takes in the contacts within a box that is this much larger than the sole.
SOLE_MARGIN_M = 0.015


@dataclasses.dataclass(frozen=True)
class Physics:
    """A compiled robot on the ground and how many of its steps make one control step."""

    model: mujoco.MjModel
    decimation: int
    terrain: Terrain = FLAT


def training_physics(spec: RobotSpec, terrain: Terrain = FLAT) -> Physics:
    """Return the cheap physics: 10 ms steps, legs and waist alone, the arms welded."""
    return _on(training_body(terrain.shod(spec)), terrain)


BODIES: dict[str, Callable[[RobotSpec], mujoco.MjSpec]] = {
    "training": training_body,
    "full": lambda spec: full_body(spec, visual=False),
    "second": second_body,
}


def trial_physics(
    spec: RobotSpec, name: PhysicsName, terrain: Terrain = FLAT, payload_kg: float = 0.0
) -> Physics:
    """Return the physics ``name`` for a trial: what the feet feel is measured.

    Args:
        spec: the robot.
        name: of the physics.
        terrain: the ground.
        payload_kg: in each hand.
    """
    spec = terrain.shod(spec)
    body = BODIES[name](spec)
    if payload_kg > 0:
        for hand in spec.hands.bodies:
            _load(body.body(hand), payload_kg)
    for side, foot in zip(SIDES, spec.feet.bodies, strict=True):
        _feel(body, spec, side, foot)
    return _on(body, terrain)


def touch_sensor(side: str) -> str:
    """Return the name of the sensor that measures a foot's load in newtons."""
    return f"{side}_foot_load"


def _load(hand: mujoco.MjsBody, payload_kg: float) -> None:
    payload = hand.add_body(pos=hand.ipos)
    payload.mass = payload_kg
    payload.inertia = np.full(3, 0.4 * payload_kg * PAYLOAD_RADIUS_M**2)
    payload.explicitinertial = True


def _feel(body: mujoco.MjSpec, spec: RobotSpec, side: str, foot: str) -> None:
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


def _on(body: mujoco.MjSpec, terrain: Terrain) -> Physics:
    terrain.add_to(body)
    return Physics(body.compile(), round(CONTROL_DT_S / body.option.timestep), terrain)
