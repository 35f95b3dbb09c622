"""A visible robot on visible ground, to watch."""

from __future__ import annotations

import mujoco

from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.envs.walking.physics import Physics
from drive2walk.robot.model import full_body
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

GROUND = "ground"
SQUARE_M = 1.0


def build_playground(spec: RobotSpec, terrain: Terrain) -> Physics:
    """Return the full physics with the robot's visible body, a chequered ground and a light."""
    body = full_body(terrain.adapt_soles(spec))
    terrain.add_to(body)
    body.add_texture(
        name=GROUND,
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER,
        rgb1=[0.42, 0.47, 0.45],
        rgb2=[0.52, 0.57, 0.55],
        width=256,
        height=256,
    )
    material = body.add_material(name=GROUND, texrepeat=[1 / SQUARE_M] * 2, texuniform=True)
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = GROUND
    for geom in body.worldbody.geoms:
        geom.material = GROUND
    body.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        rgb1=[0.75, 0.83, 0.92],
        rgb2=[0.95, 0.96, 0.98],
        width=64,
        height=64,
    )
    body.worldbody.add_light(
        pos=[0, 0, 6],
        dir=[0.3, 0.2, -1],
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        castshadow=False,
    )
    return Physics(body.compile(), round(CONTROL_DT_S / body.option.timestep), terrain)
