"""OpenGL contexts for rendering off screen."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import mujoco

from drive2walk.experiment.errors import OPENGL_PACKAGES, RenderError


class OffscreenContexts:
    """A GL context with MuJoCo's resources of one model in it.

    Labels have a context of their own where colour images are multisampled.

    Args:
        model: The compiled world; its ``vis.quality`` is read now.
        width: Image width in pixels.
        height: Image height in pixels.

    Raises:
        RenderError: This machine has no OpenGL.
    """

    def __init__(self, model: mujoco.MjModel, width: int, height: int) -> None:
        self._model = model
        self._gl: Any = None
        self._colour: mujoco.MjrContext | None = None
        self._labels: mujoco.MjrContext | None = None
        try:
            self._gl = _context_class()(width, height)
            self._gl.make_current()
            self._colour = self._make_context()
        except Exception as error:
            self.free()
            reason = " ".join(str(error).split())
            raise RenderError(
                f"this machine can't render off screen ({reason}). "
                f"Install OpenGL: {OPENGL_PACKAGES}; then set MUJOCO_GL=egl."
            ) from error

    def make_current(self, *, labels: bool) -> mujoco.MjrContext:
        """Return the current context for colours or for labels.

        Raises:
            RenderError: The contexts were freed.
        """
        if self._colour is None:
            raise RenderError("this camera is closed. Make a new one to render.")
        self._gl.make_current()
        quality = self._model.vis.quality
        if not labels or quality.offsamples == 0:
            return self._colour
        if self._labels is None:
            # Multisampling would mix ids and depths at edges. MuJoCo turns it off for labels, but
            # on NVIDIA's GPUs only a buffer without samples is free of it.
            samples, quality.offsamples = quality.offsamples, 0
            self._labels = self._make_context()
            quality.offsamples = samples
        return self._labels

    def free(self) -> None:
        """Free all contexts. Safe to call twice."""
        if self._colour is not None:
            self._gl.make_current()
            self._colour.free()
            if self._labels is not None:
                self._labels.free()
            self._colour = self._labels = None
        if self._gl is not None:
            self._gl.free()
            self._gl = None

    def _make_context(self) -> mujoco.MjrContext:
        context = mujoco.MjrContext(self._model, mujoco.mjtFontScale.mjFONTSCALE_100)
        context.readDepthMap = mujoco.mjtDepthMap.mjDEPTH_ZEROFAR
        return context


def _context_class() -> Any:
    """Return MuJoCo's OpenGL context for this machine; EGL where there is no display."""
    chosen = os.environ.get("MUJOCO_GL", "").lower()
    headless = sys.platform == "linux" and not os.environ.get("DISPLAY")
    if chosen == "egl" or (not chosen and headless):
        return importlib.import_module("mujoco.egl").GLContext
    if chosen == "osmesa":
        return importlib.import_module("mujoco.osmesa").GLContext
    return mujoco.GLContext
