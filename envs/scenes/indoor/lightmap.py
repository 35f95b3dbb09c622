"""Light that varies across a floor: contact shadows, pools of lamplight and sun patches.

MuJoCo lights only the corners of a face, so this light is painted into the floor's texture, which
costs nothing when rendering.
"""

from __future__ import annotations

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.scenes.free_space import RESOLUTION_M, blocked_cells
from drive2walk.envs.scenes.indoor.floor_plan import SIDES, FloorPlan, RoomWall
from drive2walk.envs.scenes.scene import Bounds
from drive2walk.robot.geometry.grid import Grid


def draw_lightmap(
    rng: Generator, spec: mujoco.MjSpec, bounds: Bounds, suns: list[Bounds]
) -> NDArray[np.float32]:
    """Return the brightness of the ground, (cells along x, cells along y); 1 is unshaded.

    Args:
        rng: Source of strengths and lamps.
        spec: The scene, whose geoms cast shadows.
        bounds: Extent of the ground.
        suns: Rectangles on which the sun shines.
    """
    grid = Grid(*bounds, RESOLUTION_M)
    blocked = blocked_cells(spec, grid).astype(np.float32)
    near = ndimage.gaussian_filter(blocked, rng.uniform(0.8, 2.0))
    far = ndimage.gaussian_filter(blocked, rng.uniform(4.0, 10.0))
    light = 1 - rng.uniform(0.15, 0.5) * near - rng.uniform(0.05, 0.35) * far
    pools = np.asarray(cv2.resize(rng.random((6, 6)), light.shape[::-1], interpolation=2))
    light = light * (1 + rng.uniform(0, 0.4) * (pools - 0.5))
    if suns:
        patch = np.zeros(grid.shape, dtype=np.float32)
        slant = float(rng.uniform(-0.8, 0.8))
        for rectangle in suns:
            _fill_sun_patch(patch, grid, rectangle, slant)
        soft = ndimage.gaussian_filter(patch, rng.uniform(0.3, 1.0))
        light = light * (1 + rng.uniform(0.3, 1.2) * soft * (1 - near))
    return light.astype(np.float32)


def draw_sun_patches(rng: Generator, plan: FloorPlan) -> list[Bounds]:
    """Return random rectangles near the outer walls of one side of the house."""
    patches: list[Bounds] = []
    side = str(rng.choice(SIDES))
    for room in plan.rooms:
        if not plan.is_outer(RoomWall(room, side)):
            continue
        for _ in range(int(rng.integers(1, 4))):
            w, d = (float(v) for v in rng.uniform(0.3, 1.4, 2))
            x = float(rng.uniform(room.x0, room.x1 - w))
            y = float(rng.uniform(room.y0, room.y1 - d))
            if side[0] == "x":
                x = room.x0 + 0.4 if side == "x-" else room.x1 - w - 0.4
            else:
                y = room.y0 + 0.4 if side == "y-" else room.y1 - d - 0.4
            patches.append((x, x + w, y, y + d))
    return patches


def _fill_sun_patch(
    patch: NDArray[np.float32], grid: Grid, rectangle: Bounds, slant: float
) -> None:
    """Set the cells of a rectangle to 1; its far edge is shifted by ``slant`` times its depth."""
    x0, x1, y0, y1 = rectangle
    shift = slant * (y1 - y0)
    corners = np.array([[x0, y0], [x1, y0], [x1 + shift, y1], [x0 + shift, y1]])
    cells = grid.cells(corners)[:, ::-1].astype(np.int32)
    cv2.fillConvexPoly(patch, cells, 1.0)
