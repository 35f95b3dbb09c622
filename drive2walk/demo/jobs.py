"""Jobs: the crossings of a demo, divided so that several processes can share them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from drive2walk.demo.config import DemoConfig

TIME_LIMIT_S = 120.0
# Called at each camera image with a scene's seed, the simulated time in seconds and a note.
Watcher = Callable[[int, float, str], None]


@dataclasses.dataclass(frozen=True)
class Job:
    """Crossings that one process walks one after the other.

    Attributes:
        seeds: Seeds of the scenes.
        filmed: Whether the crossings are in the film.
    """

    seeds: tuple[int, ...]
    filmed: bool


def plan_jobs(config: DemoConfig) -> list[Job]:
    """Return the jobs of a demo: one for all crossings in the film, then one for each other."""
    seeds = tuple(range(config.first_seed, config.first_seed + config.seeds))
    filmed, others = seeds[: config.films], seeds[config.films :]
    jobs = [Job((seed,), False) for seed in others]
    return [Job(filmed, True), *jobs] if filmed else jobs
