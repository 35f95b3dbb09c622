"""One attempt at an episode without a person, from the seed of its world to its frames."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

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


@dataclasses.dataclass(frozen=True)
class Variation:
    """How an episode without a person differs from the same task done well.

    Attributes:
        noise: Size of the noise on what is executed, in half of the episodes; 1 is usual.
    """

    noise: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: The noise is negative.
        """
        if not 0 <= self.noise < float("inf"):
            raise ConfigError(f"--noise {self.noise}: give 0 for none, or more; 1 is usual.")


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
        variation: Noise.
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
