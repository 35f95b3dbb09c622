"""The frames of a rendered dataset: scene, number, size and split."""

from __future__ import annotations

import dataclasses
import math

from drive2walk.envs.scenes.registry import SCENES
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name

# Scenes for data start here, so that demos and tests (small seeds) use others.
FIRST_SEED = 1_000_000
SEEDS_PER_RUN = 100_000
MAX_PIXELS = 4096
# Views from the head of a robot that works, in the layouts of the tasks and in warehouses.
TASK_VIEWS = "tasks"


@dataclasses.dataclass(frozen=True)
class RenderConfig:
    """The frames to render.

    Attributes:
        scene: Name of the scene, or "tasks" for the view of a robot that works, in the layouts of
            tasks and in warehouses, with its own arms and load in the picture.
        frames: Number of frames.
        seed: Seed of the dataset; other seeds give other scenes.
        width: Image width in pixels.
        height: Image height in pixels.
        frames_per_scene: Number of frames of each scene.
        val_fraction: Fraction of the scenes in the validation split.
        lidar: Scan each frame with the robot's lidar.
    """

    scene: str
    frames: int
    seed: int = 0
    width: int = 320
    height: int = 240
    frames_per_scene: int = 8
    val_fraction: float = 0.1
    lidar: bool = False

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ConfigError: A value is out of range, or there is no such scene.
        """
        names = [*SCENES, TASK_VIEWS]
        if self.scene not in names:
            raise ConfigError(unknown_name("scene", self.scene, names))
        if min(self.frames, self.frames_per_scene, self.width, self.height) < 1:
            raise ConfigError("frames, frames per scene, width and height must be at least 1.")
        if max(self.width, self.height) > MAX_PIXELS:
            raise ConfigError(f"width and height must be at most {MAX_PIXELS}.")
        if not 0 <= self.val_fraction < 1:
            raise ConfigError(f"val fraction is {self.val_fraction}; give one in [0, 1).")
        check_seed(self.seed)

    @property
    def scene_seeds(self) -> list[int]:
        """The seeds of all scenes."""
        count = math.ceil(self.frames / self.frames_per_scene)
        return [FIRST_SEED + self.seed * SEEDS_PER_RUN + k for k in range(count)]

    @property
    def val_seeds(self) -> set[int]:
        """The seeds of the scenes for validation, spread evenly over all."""
        fraction = self.val_fraction
        return {
            seed
            for k, seed in enumerate(self.scene_seeds)
            if math.floor((k + 1) * fraction + 1e-9) > math.floor(k * fraction + 1e-9)
        }

    def frames_of(self, scene_seed: int) -> int:
        """Return the number of frames of a scene; the last one may have fewer."""
        before = (scene_seed - self.scene_seeds[0]) * self.frames_per_scene
        return min(self.frames_per_scene, self.frames - before)
