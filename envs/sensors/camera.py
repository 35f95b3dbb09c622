"""A camera in a simulated world: colour, metric depth and surface classes of every pixel."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import OPENGL_PACKAGES, RenderError, unknown_name
from drive2walk.robot.surfaces import UNLABELLED

# 3 holds robots' collision shapes, 5 unseen helpers; ceilings are 4, robots' bodies 2.
VISIBLE_GROUPS = (0, 1, 2, 4)


class Camera:
    """Renders off screen what one of a model's cameras, or a free one, sees.

    Multisampling and shadow maps are set up with the context, so set
    ``model.vis.quality.offsamples`` and ``shadowsize`` (or pass ``shadows``) before.

    Args:
        model: the compiled world.
        view: the name of a camera of the model, or a free camera that the caller moves.
        width, height: image size in pixels.
        shadows: whether lights that cast shadows do so (slow in software).
        hidden_groups: geom groups that are left out, of those that are seen otherwise.

    Raises:
        RenderError: this machine has no OpenGL, or there is no such camera.
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
        self._context: Any = None
        self._label_context: Any = None
        self._gl: Any = None
        self._view = _fixed_view(model, view) if isinstance(view, str) else view
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
        self._open()

    def rgb(self, data: mujoco.MjData) -> NDArray[np.uint8]:
        """Return the colour image, (height, width, 3) uint8."""
        image = np.empty((self.height, self.width, 3), dtype=np.uint8)
        self._render(data, image, None, labels=False)
        return image[::-1].copy()

    def depth(self, data: mujoco.MjData) -> NDArray[np.float32]:
        """Return distances along the optical axis in metres, (height, width); 0 is the sky."""
        return self.depth_and_geoms(data)[0]

    def surfaces(
        self, data: mujoco.MjData, geom_classes: NDArray[np.uint8], background: int = 0
    ) -> NDArray[np.uint8]:
        """Return the class of each pixel, (height, width).

        Args:
            data: the world's state.
            geom_classes: class index of each of the model's geoms, (ngeom,).
            background: class index where nothing is hit (0 is the sky).
        """
        return self._classes(self.depth_and_geoms(data)[1], geom_classes, background)

    def depth_and_surfaces(
        self, data: mujoco.MjData, geom_classes: NDArray[np.uint8], background: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Return ``depth`` and ``surfaces`` from one pass."""
        depth, geoms = self.depth_and_geoms(data)
        return depth, self._classes(geoms, geom_classes, background)

    def depth_and_geoms(self, data: mujoco.MjData) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return ``depth`` and the geom id each pixel shows, (height, width) each; -1 for none."""
        colours = np.empty((self.height, self.width, 3), dtype=np.uint8)
        buffer = np.empty((self.height, self.width), dtype=np.float32)
        self._render(data, colours, buffer, labels=True)
        ids = colours.astype(np.int64) @ np.array([1, 256, 65536])
        geoms = self._geom_of_id()[ids]
        metres = self._metric(buffer)
        return np.where(geoms >= 0, metres, 0)[::-1].astype(np.float32), geoms[::-1].copy()

    def close(self) -> None:
        """Free the OpenGL context; a closed camera can't render. Safe to call twice."""
        if self._context is not None:
            self._gl.make_current()
            self._context.free()
            if self._label_context is not None:
                self._label_context.free()
            self._context = self._label_context = None
        if self._gl is not None:
            self._gl.free()
            self._gl = None

    def __enter__(self) -> Camera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        try:
            self._gl = _context_class()(self.width, self.height)
            self._gl.make_current()
            self._context = self._make_context()
        except Exception as error:
            self.close()
            reason = " ".join(str(error).split())
            raise RenderError(
                f"this machine can't render off screen ({reason}). "
                f"Install OpenGL: {OPENGL_PACKAGES}; then set MUJOCO_GL=egl."
            ) from error

    def _make_context(self) -> mujoco.MjrContext:
        context = mujoco.MjrContext(self._model, mujoco.mjtFontScale.mjFONTSCALE_100)
        context.readDepthMap = mujoco.mjtDepthMap.mjDEPTH_ZEROFAR
        return context

    def _context_of(self, labels: bool) -> mujoco.MjrContext:
        quality = self._model.vis.quality
        if not labels or quality.offsamples == 0:
            return self._context
        if self._label_context is None:
            # Multisampling would mix ids and depths at edges. MuJoCo turns it off for labels, but
            # on NVIDIA's GPUs only a buffer that has no samples is without it.
            samples, quality.offsamples = quality.offsamples, 0
            self._label_context = self._make_context()
            quality.offsamples = samples
        return self._label_context

    def _render(
        self,
        data: mujoco.MjData,
        image: NDArray[np.uint8],
        depth: NDArray[np.float32] | None,
        *,
        labels: bool,
    ) -> None:
        if self._context is None:
            raise RenderError("this camera is closed. Make a new one to render.")
        self._gl.make_current()
        flags = self._scene.flags
        flags[mujoco.mjtRndFlag.mjRND_SEGMENT] = labels
        flags[mujoco.mjtRndFlag.mjRND_IDCOLOR] = labels
        everything = mujoco.mjtCatBit.mjCAT_ALL
        mujoco.mjv_updateScene(
            self._model, data, self._option, None, self._view, everything, self._scene
        )
        context = self._context_of(labels)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, context)
        mujoco.mjr_render(self._rect, self._scene, context)
        mujoco.mjr_readPixels(image, depth, self._rect, context)

    def _geom_of_id(self) -> NDArray[np.int64]:
        """Return the model's geom for each colour id that the last pass drew; -1 for none."""
        drawn = self._scene.geoms[: self._scene.ngeom]
        table = np.full(self._scene.ngeom + 1, -1, dtype=np.int64)
        for shape in drawn:
            if shape.segid >= 0 and shape.objtype == mujoco.mjtObj.mjOBJ_GEOM:
                table[shape.segid + 1] = shape.objid
        return table

    def _metric(self, buffer: NDArray[np.float32]) -> NDArray[np.float64]:
        """Turn reversed OpenGL depth (1 near, 0 far) into metres along the optical axis."""
        extent = self._model.stat.extent
        near = self._model.vis.map.znear * extent
        far = self._model.vis.map.zfar * extent
        return near * far / (near + buffer.astype(np.float64) * (far - near))

    @staticmethod
    def _classes(
        geoms: NDArray[np.int64], geom_classes: NDArray[np.uint8], background: int
    ) -> NDArray[np.uint8]:
        with_background = np.append(geom_classes, np.uint8(background))
        return with_background[geoms]


def geom_classes(
    model: mujoco.MjModel, surfaces: dict[str, str], classes: tuple[str, ...]
) -> NDArray[np.uint8]:
    """Return the class index of every geom, (ngeom,); 255 where it has none (a robot's body).

    Args:
        model: the compiled world.
        surfaces: surface class by geom name, as a scene holds it.
        classes: the names whose place in the tuple is the index.
    """
    index = {name: k for k, name in enumerate(classes)}
    names = [model.geom(k).name for k in range(model.ngeom)]
    values = [index.get(surfaces.get(name, ""), UNLABELLED) for name in names]
    return np.array(values, dtype=np.uint8)


def _fixed_view(model: mujoco.MjModel, name: str) -> mujoco.MjvCamera:
    camera_id = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_CAMERA, name)
    if camera_id < 0:
        names = [model.camera(k).name for k in range(model.ncam)]
        raise RenderError(unknown_name("camera", name, names))
    view = mujoco.MjvCamera()
    view.type = mujoco.mjtCamera.mjCAMERA_FIXED
    view.fixedcamid = camera_id
    return view


def _context_class() -> Any:
    """Return MuJoCo's OpenGL context for this machine; EGL where there is no display."""
    chosen = os.environ.get("MUJOCO_GL", "").lower()
    headless = sys.platform == "linux" and not os.environ.get("DISPLAY")
    if chosen == "egl" or (not chosen and headless):
        return importlib.import_module("mujoco.egl").GLContext
    if chosen == "osmesa":
        return importlib.import_module("mujoco.osmesa").GLContext
    return mujoco.GLContext
