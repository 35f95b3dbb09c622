"""The Gymnasium ids of this project: one table."""

from __future__ import annotations

from typing import Any

import gymnasium

# Name -> (entry point, keyword arguments, control steps in an episode at 50 a second).
ENVS: dict[str, tuple[str, dict[str, Any], int]] = {
    "drive2walk/Office-v0": ("drive2walk.envs.scene_env:SceneEnv", {"scene": "office"}, 3750),
    "drive2walk/Street-v0": ("drive2walk.envs.scene_env:SceneEnv", {"scene": "street"}, 3750),
}


def register_envs() -> None:
    """Make the ids known to ``gymnasium.make``; calling it again changes nothing."""
    for name, (entry_point, arguments, steps) in ENVS.items():
        if name not in gymnasium.registry:
            gymnasium.register(
                name, entry_point=entry_point, kwargs=arguments, max_episode_steps=steps
            )
