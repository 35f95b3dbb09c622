"""The Gymnasium ids of this project; importing this module registers them.

Gymnasium 1.0 removed the entry points by which it found ids of other packages. It imports a module
that the id names, so that no other import is needed::

    gymnasium.make("drive2walk.envs.registration:drive2walk/Walk-v0")
"""

from __future__ import annotations

import dataclasses
from typing import Any

import gymnasium

ENVS_MODULE = "drive2walk.envs.gym_envs"


@dataclasses.dataclass(frozen=True)
class EnvEntry:
    """An environment behind an id.

    Attributes:
        entry_point: Module and class of the environment.
        arguments: Arguments of the class.
        max_episode_steps: Control steps in an episode, 50 per second.
        vector_entry_point: Module and class of the vector environment; None for copies of the
            environment.
    """

    entry_point: str
    arguments: dict[str, Any]
    max_episode_steps: int
    vector_entry_point: str | None = None


SCENE_ENV = f"{ENVS_MODULE}.scene_env:SceneEnv"
TASK_ENV = f"{ENVS_MODULE}.task_env:TaskEnv"
WALK_ENV = f"{ENVS_MODULE}.walk_env:WalkEnv"
WALK_VECTOR_ENV = f"{ENVS_MODULE}.walk_vector_env:WalkVectorEnv"

ENVS: dict[str, EnvEntry] = {
    "drive2walk/Walk-v0": EnvEntry(WALK_ENV, {}, 1000, WALK_VECTOR_ENV),
    "drive2walk/Tote-v0": EnvEntry(TASK_ENV, {"task": "tote"}, 3000),
    "drive2walk/Sort-v0": EnvEntry(TASK_ENV, {"task": "sort"}, 3000),
    "drive2walk/Leaves-v0": EnvEntry(TASK_ENV, {"task": "leaves"}, 3000),
    "drive2walk/Office-v0": EnvEntry(SCENE_ENV, {"scene": "office"}, 3750),
    "drive2walk/Street-v0": EnvEntry(SCENE_ENV, {"scene": "street"}, 3750),
}


def register_envs() -> None:
    """Register all ids with Gymnasium; ids that are registered stay as they are."""
    for name, entry in ENVS.items():
        if name not in gymnasium.registry:
            gymnasium.register(
                name,
                entry_point=entry.entry_point,
                kwargs=entry.arguments,
                max_episode_steps=entry.max_episode_steps,
                vector_entry_point=entry.vector_entry_point,
            )


register_envs()
