"""One attempt at an episode without a person, from the seed of its world to its frames."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.devices.device import UnattendedDevice
from drive2walk.teleop.recording.disturbance import draw_disturbance
from drive2walk.teleop.recording.episode_builder import EpisodeCollector
from drive2walk.teleop.recording.frame import make_setup
from drive2walk.teleop.recording.record_config import RecordConfig
from drive2walk.teleop.recording.session import Session
from drive2walk.teleop.scripts.mistakes import make_mistake

# Keeps the draw of mistakes apart from the other random numbers of a seed.
STREAM = 8


@dataclasses.dataclass(frozen=True)
class Variation:
    """How an episode without a person differs from the same task done well.

    Attributes:
        noise: Size of the noise on what is executed, in half of the episodes; 1 is usual.
        mistakes: Fraction of the episodes that begin with the state that a mistake leaves.
    """

    noise: float = 0.0
    mistakes: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: The noise is negative, or the fraction isn't between 0 and 1.
        """
        if not 0 <= self.noise < float("inf"):
            raise ConfigError(f"--noise {self.noise}: give 0 for none, or more; 1 is usual.")
        if not 0 <= self.mistakes <= 1:
            raise ConfigError(f"--mistakes {self.mistakes}: give a fraction from 0 to 1.")

    def make_mistake(self, world: TaskWorld, seed: int) -> str | None:
        """Bring a world into the state after a mistake, and return the mistake's name.

        Most seeds, and the few worlds in which none of the task's mistakes is possible, stay as
        they are and give None.

        Args:
            world: World at its start.
            seed: Seed of the episode.
        """
        if np.random.default_rng([seed, STREAM]).random() >= self.mistakes:
            return None
        try:
            return make_mistake(world, seed)
        except RuntimeError:
            return None


@dataclasses.dataclass(frozen=True)
class Attempt:
    """The result of an attempt.

    Attributes:
        seed: Seed of the world.
        episode: Recorded episode; None after a failure.
        time_s: Simulated time, in seconds.
    """

    seed: int
    episode: Episode | None
    time_s: float


@dataclasses.dataclass(frozen=True)
class AttemptPlan:
    """How attempts are made; the same seed gives the same attempt in any process.

    Attributes:
        config: Task and robot.
        controller: Controller of the legs.
        make_operator: Builds the operator in a world.
        variation: Noise and mistakes.
    """

    config: RecordConfig
    controller: WalkingController
    make_operator: Callable[[TaskWorld], UnattendedDevice]
    variation: Variation = Variation()

    def run(self, seed: int) -> Attempt:
        """Let the operator do the task in the world of a seed.

        Raises:
            ConfigError: There is no such task or robot.
            RenderError: The operator needs images and this machine can't render.
        """
        world = self.config.build_world(seed)
        conditions: dict[str, Any] = {}
        mistake = self.variation.make_mistake(world, seed)
        if mistake is not None:
            conditions["mistake"] = mistake
        disturbance = draw_disturbance(self.variation.noise, seed)
        if disturbance is not None:
            conditions["noise"] = self.variation.noise
        collector = EpisodeCollector(make_setup(world, self.config.image_frames))
        operator = self.make_operator(world)
        try:
            session = Session(
                world,
                self.controller,
                operator,
                collector,
                clock=operator.clock,
                disturbance=disturbance,
            )
            session.run(lambda _: None, realtime=False)
        finally:
            operator.close()
        if session.saved is None:
            return Attempt(seed, None, world.time_s)
        episode = collector.episodes[session.saved]
        scene = {**episode.scene, **conditions}
        return Attempt(seed, dataclasses.replace(episode, scene=scene), world.time_s)
