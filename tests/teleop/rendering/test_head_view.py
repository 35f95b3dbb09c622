from __future__ import annotations

import pickle

import numpy as np
import pytest

from drive2walk.checkpoints.released import CHECKPOINTS
from drive2walk.envs.tasks.registry import build_task
from drive2walk.teleop.console.video.video import encode_jpeg
from drive2walk.teleop.console.video.walkable_overlay import WalkableOverlay
from drive2walk.teleop.rendering.head_view import TaskHeadView

pytestmark = pytest.mark.render
SCENE = {"task": "tote", "seed": 3, "robot": "unitree_g1"}


def test_the_view_follows_the_state_and_the_overlay_tints_the_floor() -> None:
    world = build_task(SCENE)
    view = TaskHeadView(SCENE, 320, 240)
    image = view.render(world.state())
    assert image.shape == (240, 320, 3)
    assert encode_jpeg(image)[:2] == b"\xff\xd8"
    tote = world.model.joint("tote").qposadr[0]
    world.data.qpos[tote + 2] += 0.1
    assert (view.render(world.state()) != image).mean() > 0.01
    view.close()

    overlay = WalkableOverlay(CHECKPOINTS / "walking.safetensors", world.spec.walkable_surfaces)
    tinted = pickle.loads(pickle.dumps(overlay)).load()(image)
    changed = (tinted != image).any(axis=-1)
    assert tinted.shape == image.shape
    assert changed[120:].mean() > 0.1  # concrete between and beyond the shelf's legs
    greener = tinted[changed].astype(int)[:, 1] - image[changed].astype(int)[:, 1]
    assert np.median(greener) > 0
