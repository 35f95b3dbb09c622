"""The tasks by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drive2walk.envs.sensors.sensor_errors import check_sensors
from drive2walk.envs.tasks.leaves import build_leaves
from drive2walk.envs.tasks.sort import build_sort
from drive2walk.envs.tasks.task import TaskLayout, TaskWorld
from drive2walk.envs.tasks.tote import build_tote
from drive2walk.experiment.errors import ConfigError, unknown_name

TASKS: dict[str, Callable[[int], TaskLayout]] = {
    "tote": build_tote,
    "sort": build_sort,
    "leaves": build_leaves,
}


def build_task(scene: Mapping[str, Any]) -> TaskWorld:
    """Return the world of a task; the same scene gives the same model bit for bit.

    Args:
        scene: As in a recorded episode: ``task`` is a name in ``TASKS``, ``seed`` a whole number
            and ``robot`` the name of a spec (by default the G1); ``sensors`` is "real" (the
            default) or "ideal".

    Raises:
        ConfigError: There is no such task, or no such sensors.
    """
    name = str(scene.get("task"))
    if name not in TASKS:
        raise ConfigError(unknown_name("task", name, TASKS))
    seed = int(scene["seed"])
    sensors = check_sensors(scene.get("sensors", "real"))
    robot = str(scene.get("robot", "unitree_g1"))
    return TaskWorld(name, seed, robot, TASKS[name](seed), sensors)
