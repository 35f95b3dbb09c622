"""The physics that a walking robot is trained in and judged in."""

from __future__ import annotations

import dataclasses
from typing import Literal

import mujoco

from robot.model import CONTROL_DT_S, WORLD_CONTACT, full_body, training_body
from robot.spec import RobotSpec

PhysicsName = Literal["training", "full"]


@dataclasses.dataclass(frozen=True)
class Physics:
    """A compiled robot on a plane and how many of its steps make one control step."""

    model: mujoco.MjModel
    decimation: int


def training_physics(spec: RobotSpec) -> Physics:
    """Return the cheap physics: 10 ms steps, legs alone, the upper body welded."""
    return _on_plane(training_body(spec))


def full_physics(spec: RobotSpec) -> Physics:
    """Return the physics that scenes run: 4 ms steps, every joint held by its own gains."""
    return _on_plane(full_body(spec, visual=False))


PHYSICS = {"training": training_physics, "full": full_physics}


def _on_plane(body: mujoco.MjSpec) -> Physics:
    body.worldbody.add_geom(
        name="ground", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1], **WORLD_CONTACT
    )
    return Physics(body.compile(), round(CONTROL_DT_S / body.option.timestep))
