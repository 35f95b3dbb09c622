"""The fingerprint of a compiled world, by which a replay recognises it."""

from __future__ import annotations

import hashlib
from copy import copy

import mujoco
import numpy as np


def compute_fingerprint(model: mujoco.MjModel) -> str:
    """Return a hash of everything in a compiled world that its physics depends on."""
    physics = copy(model)
    # Cameras change these values.
    physics.vis.global_.offwidth = physics.vis.global_.offheight = 0
    physics.vis.quality.offsamples = physics.vis.quality.shadowsize = 0
    buffer = np.empty(mujoco.mj_sizeModel(physics), dtype=np.uint8)
    mujoco.mj_saveModel(physics, None, buffer)
    return hashlib.sha256(buffer.tobytes()).hexdigest()[:16]
