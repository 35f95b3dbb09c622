"""Mistakes: starts of a task from what somebody who does it badly would leave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.teleop.scripts.mishaps import leaves_mishaps, sort_mishaps, tote_mishaps
from drive2walk.teleop.scripts.mishaps.draw import Mishap

# By task and name: changes a world at its reset with random numbers, and returns whether the result
# is a state in which nothing overlaps and all things are at rest.
MISHAPS: dict[str, Mapping[str, Mishap]] = {
    "tote": tote_mishaps.MISHAPS,
    "sort": sort_mishaps.MISHAPS,
    "leaves": leaves_mishaps.MISHAPS,
}
# Draws of one kind of mistake before another kind is tried.
DRAWS = 10


def make_mistake(world: TaskWorld, seed: int) -> str:
    """Bring a world into the state that a mistake leaves, and return the mistake's name.

    The robot touches nothing but the ground and what it holds, and all things are at rest. It is
    called before the operator and its session are built, because both begin with the posture that
    the arms have.

    Args:
        world: The task, in any state.
        seed: Seed of the mistake; it fixes kind and size.

    Raises:
        ConfigError: The task has no mistakes.
        RuntimeError: No mistake was possible in this world.
    """
    kinds = _find_kinds(world)
    rng = np.random.default_rng([seed, 4])
    for name in rng.permutation(sorted(kinds)):
        if _try_mistake(world, kinds[str(name)], rng):
            return str(name)
    raise RuntimeError(f"no mistake was possible in seed {world.scene['seed']}")


def make_named_mistake(world: TaskWorld, seed: int, name: str) -> bool:
    """Bring a world into the state of a mistake of one kind; return whether it was possible.

    Args:
        world: The task, in any state.
        seed: Seed of the mistake; it fixes its size.
        name: Name of the mistake, a key of ``MISHAPS``.

    Raises:
        ConfigError: The task has no such mistake.
    """
    kinds = _find_kinds(world)
    if name not in kinds:
        raise ConfigError(unknown_name("mistake", name, kinds))
    return _try_mistake(world, kinds[name], np.random.default_rng([seed, 5]))


def _find_kinds(world: TaskWorld) -> Mapping[str, Mishap]:
    task = str(world.scene["task"])
    if task not in MISHAPS:
        raise ConfigError(unknown_name("task with mistakes", task, MISHAPS))
    return MISHAPS[task]


def _try_mistake(world: TaskWorld, make: Mishap, rng: Generator) -> bool:
    """Draw a mistake until its state is possible; sensors and stages begin with that state."""
    for _ in range(DRAWS):
        world.reset()
        if make(world, rng):
            world.set_state(world.state())
            return True
    world.reset()
    return False
