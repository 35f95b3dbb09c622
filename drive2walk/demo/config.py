"""The settings of a demo."""

from __future__ import annotations

import dataclasses
from typing import Literal

from drive2walk.envs.sensors.sensor_errors import SensorsName, check_sensors
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name


@dataclasses.dataclass(frozen=True)
class DemoConfig:
    """What a demo shows.

    Attributes:
        robot: Name of a robot spec, or a YAML file.
        scene: Kind of scene.
        seeds: Number of scenes.
        first_seed: Seed of the first scene; the networks were trained on scenes of other seeds.
        oracle: 'vision' replaces the network by the simulator's true surfaces and depth.
        weights: Perception weights: a released name or a .safetensors file.
        films: Number of crossings, from the first on, in the film.
        sensors: Real sensors have noise, bias and delay, and the camera is tilted; ideal ones
            measure the truth.
    """

    robot: str = "unitree_g1"
    scene: str = "office"
    seeds: int = 1
    first_seed: int = 1000
    oracle: Literal["vision"] | None = None
    weights: str = "walking"
    films: int = 1
    sensors: SensorsName = "real"

    def __post_init__(self) -> None:
        """Check the values before the networks are loaded.

        Raises:
            ConfigError: A value is not allowed.
        """
        from drive2walk.envs.scenes.registry import SCENES  # Imports what scenes are built with.

        check_seed(self.first_seed, "first-seed")
        check_sensors(self.sensors)
        if self.scene not in SCENES:
            raise ConfigError(unknown_name("scene", self.scene, SCENES))
        if self.seeds < 1:
            raise ConfigError(f"--seeds {self.seeds}: at least 1 scene is needed.")
