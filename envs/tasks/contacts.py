"""Conditions on contacts and motion, for tests of success."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.robot_world import PREFIX


def robot_touches(model: mujoco.MjModel, data: mujoco.MjData, body: str) -> bool:
    """Return whether any part of the robot touches the body."""
    target = model.body(body).id
    for pair in model.geom_bodyid[data.contact.geom[: data.ncon]]:
        others = pair[pair != target]
        if len(others) == 1 and model.body(others[0]).name.startswith(PREFIX):
            return True
    return False


def world_touches(model: mujoco.MjModel, data: mujoco.MjData, body: str) -> bool:
    """Return whether anything but the robot touches the body."""
    target = model.body(body).id
    for pair in model.geom_bodyid[data.contact.geom[: data.ncon]]:
        others = pair[pair != target]
        if len(others) == 1 and not model.body(others[0]).name.startswith(PREFIX):
            return True
    return False


def body_touches_geom(model: mujoco.MjModel, data: mujoco.MjData, body: str, geom: str) -> bool:
    """Return whether a body rests on or leans against a geom."""
    target, other = model.body(body).id, model.geom(geom).id
    for pair in data.contact.geom[: data.ncon]:
        if other in pair and target in model.geom_bodyid[pair]:
            return True
    return False


def at_rest(model: mujoco.MjModel, data: mujoco.MjData, body: str, speed_m_s: float) -> bool:
    """Return whether a free body moves slower than ``speed_m_s``."""
    start = model.joint(model.body(body).jntadr[0]).dofadr[0]
    return bool(np.linalg.norm(data.qvel[start : start + 3]) < speed_m_s)
