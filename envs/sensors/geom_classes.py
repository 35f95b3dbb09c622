"""The surface class of each geom of a model."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Image
from drive2walk.robot.surfaces import UNLABELLED


def geom_classes(
    model: mujoco.MjModel, surfaces: dict[str, str], classes: tuple[str, ...]
) -> Image:
    """Return the class index of every geom, (ngeom,) uint8; 255 for geoms without a class.

    Args:
        model: The compiled world.
        surfaces: Surface class by geom name, as in a ``Scene``.
        classes: Class names in the order of their indices.
    """
    index = {name: k for k, name in enumerate(classes)}
    names = [model.geom(k).name for k in range(model.ngeom)]
    values = [index.get(surfaces.get(name, ""), UNLABELLED) for name in names]
    return np.array(values, dtype=np.uint8)
