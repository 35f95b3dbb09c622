"""The settings of a recording, and the worlds that follow from them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

from drive2walk.envs.sensors.sensor_errors import SensorsName, check_sensors
from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.recording.saved_episodes import find_next_seed

CONTROL_HZ = round(1 / CONTROL_DT_S)


@dataclasses.dataclass(frozen=True)
class RecordConfig:
    """What to record.

    Attributes:
        task: Name of the task.
        dataset: Folder of the dataset; episodes are added to those that are there.
        episodes: Number of episodes to save; None goes on until the operator ends the program.
        first_seed: Seed of the first world; None goes on after the last recorded one.
        robot: Name of a robot spec.
        sensors: Real sensors have noise, bias and delay; ideal ones measure the truth.
        image_hz: Images of the videos for each second, in Hz; a frame between two images has the
            earlier one. 10 is what policies see.
    """

    task: str
    dataset: Path
    episodes: int | None = None
    first_seed: int | None = None
    robot: str = "unitree_g1"
    sensors: SensorsName = "real"
    image_hz: int = 10

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: The seed is negative, no episode is wanted, there are no such sensors, or
                the images don't fit the frames.
        """
        check_sensors(self.sensors)
        if self.first_seed is not None:
            check_seed(self.first_seed, "first-seed")
        if self.episodes is not None and self.episodes < 1:
            raise ConfigError(f"--episodes {self.episodes}: at least 1 is needed.")
        if self.image_hz < 1 or CONTROL_HZ % self.image_hz:
            rates = ", ".join(str(k) for k in range(1, CONTROL_HZ + 1) if CONTROL_HZ % k == 0)
            raise ConfigError(f"--image-hz {self.image_hz}: give one of {rates}.")

    @property
    def image_frames(self) -> int:
        """Number of frames for which an image stays."""
        return CONTROL_HZ // self.image_hz

    @property
    def seeds(self) -> Iterator[int]:
        """Seeds of the worlds, without end.

        Raises:
            DataError: A recorded episode can't be read.
        """
        if self.first_seed is not None:
            return itertools.count(self.first_seed)
        return itertools.count(find_next_seed(DatasetLayout(self.dataset)))

    def build_world(self, seed: int) -> TaskWorld:
        """Return the world of a seed.

        Raises:
            ConfigError: There is no such task or robot.
        """
        scene = {"task": self.task, "robot": self.robot, "sensors": self.sensors}
        return build_task({**scene, "seed": seed})
