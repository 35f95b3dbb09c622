"""A camera in a simulated world: colour, depth and surface class of every pixel."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.geom_groups import VISIBLE_GROUPS
from drive2walk.envs.sensors.opengl import OffscreenContexts
from drive2walk.experiment.errors import RenderError, unknown_name
from drive2walk.robot.geometry.arrays import Image


class Camera:
    """A camera that renders off screen.

    Multisampling and shadow maps are set up with the context. To change them, set
    ``model.vis.quality`` (or pass ``shadows``) before.

    Args:
        model: The compiled world.
        view: Name of a camera of the model, or a free camera that the caller moves.
        width: Image width in pixels.
        height: Image height in pixels.
        shadows: Draw the shadows of lights that cast them (slow in software).
        hidden_groups: Geom groups that are left out although they are otherwise visible.

    Raises:
        RenderError: This machine has no OpenGL, or there is no such camera.
    """

    def __init__(
        self,
        model: mujoco.MjModel,
        view: str | mujoco.MjvCamera,
        width: int,
        height: int,
        *,
        shadows: bool = False,
        hidden_groups: tuple[int, ...] = (),
    ) -> None:
        self._view = _find_view(model, view) if isinstance(view, str) else view
        self.width, self.height = width, height
        self._model = model
        model.vis.global_.offwidth = max(width, model.vis.global_.offwidth)
        model.vis.global_.offheight = max(height, model.vis.global_.offheight)
        self._option = mujoco.MjvOption()
        self._option.geomgroup[:] = [
            int(group in VISIBLE_GROUPS and group not in hidden_groups) for group in range(6)
        ]
        self._rect = mujoco.MjrRect(0, 0, width, height)
        self._scene = mujoco.MjvScene(model, maxgeom=model.ngeom + 100)
        self._scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = shadows
        self._scene.flags[mujoco.mjtRndFlag.mjRND_HAZE] = False
        self._contexts = OffscreenContexts(model, width, height)

    def rgb(self, data: mujoco.MjData) -> Image:
        """Return the colour image, (height, width, 3) uint8."""
        image = np.empty((self.height, self.width, 3), dtype=np.uint8)
        self._render(data, image, None, labels=False)
        return image[::-1].copy()

    def depth(self, data: mujoco.MjData) -> NDArray[np.float32]:
        """Return distances along the optical axis, (height, width) m; 0 is the sky."""
        return self.depth_and_geoms(data)[0]

    def surfaces(self, data: mujoco.MjData, classes: Image, background: int = 0) -> Image:
        """Return the class of each pixel, (height, width) uint8.

        Args:
            data: State of the world.
            classes: Class index of each of the model's geoms, (ngeom,) uint8.
            background: Class index where nothing is hit (0 is the sky).
        """
        return _class_of_geoms(self.depth_and_geoms(data)[1], classes, background)

    def depth_and_surfaces(
        self, data: mujoco.MjData, classes: Image, background: int = 0
    ) -> tuple[NDArray[np.float32], Image]:
        """Return ``depth`` and ``surfaces`` from one pass."""
        depth, geoms = self.depth_and_geoms(data)
        return depth, _class_of_geoms(geoms, classes, background)

    def depth_and_geoms(self, data: mujoco.MjData) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return ``depth`` and the geom id of each pixel, (height, width) each; -1 for none."""
        colours = np.empty((self.height, self.width, 3), dtype=np.uint8)
        buffer = np.empty((self.height, self.width), dtype=np.float32)
        self._render(data, colours, buffer, labels=True)
        ids = colours.astype(np.int64) @ np.array([1, 256, 65536])
        geoms = self._geom_of_id()[ids]
        metres = self._depth_in_metres(buffer)
        return np.where(geoms >= 0, metres, 0)[::-1].astype(np.float32), geoms[::-1].copy()

    def close(self) -> None:
        """Free the OpenGL context; a closed camera can't render. Safe to call twice."""
        self._contexts.free()

    def __enter__(self) -> Camera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _render(
        self,
        data: mujoco.MjData,
        image: Image,
        depth: NDArray[np.float32] | None,
        *,
        labels: bool,
    ) -> None:
        context = self._contexts.make_current(labels=labels)
        flags = self._scene.flags
        flags[mujoco.mjtRndFlag.mjRND_SEGMENT] = labels
        flags[mujoco.mjtRndFlag.mjRND_IDCOLOR] = labels
        everything = mujoco.mjtCatBit.mjCAT_ALL
        mujoco.mjv_updateScene(
            self._model, data, self._option, None, self._view, everything, self._scene
        )
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, context)
        mujoco.mjr_render(self._rect, self._scene, context)
        mujoco.mjr_readPixels(image, depth, self._rect, context)

    def _geom_of_id(self) -> NDArray[np.int64]:
        """Return the model's geom for each colour id of the last pass; -1 for none."""
        drawn = self._scene.geoms[: self._scene.ngeom]
        table = np.full(self._scene.ngeom + 1, -1, dtype=np.int64)
        for shape in drawn:
            if shape.segid >= 0 and shape.objtype == mujoco.mjtObj.mjOBJ_GEOM:
                table[shape.segid + 1] = shape.objid
        return table

    def _depth_in_metres(self, buffer: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return distances along the optical axis for reversed OpenGL depths (1 near, 0 far)."""
        extent = self._model.stat.extent
        near = self._model.vis.map.znear * extent
        far = self._model.vis.map.zfar * extent
        return near * far / (near + buffer.astype(np.float64) * (far - near))


def _class_of_geoms(geoms: NDArray[np.int64], classes: Image, background: int) -> Image:
    return np.append(classes, np.uint8(background))[geoms]


def _find_view(model: mujoco.MjModel, name: str) -> mujoco.MjvCamera:
    """Return the view of the model's camera ``name``."""
    camera_id = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_CAMERA, name)
    if camera_id < 0:
        names = [model.camera(k).name for k in range(model.ncam)]
        raise RenderError(unknown_name("camera", name, names))
    view = mujoco.MjvCamera()
    view.type = mujoco.mjtCamera.mjCAMERA_FIXED
    view.fixedcamid = camera_id
    return view
