"""Seeds for development and for examinations, declared in seeds.yaml."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.experiment.config import build, read_yaml
from drive2walk.experiment.errors import ConfigError, unknown_name

DECLARATION = Path(__file__).parent / "seeds.yaml"


@dataclasses.dataclass(frozen=True)
class ExaminationSeeds:
    """The blocks of one kind of examination.

    Attributes:
        first: First seed of the first block.
        size: Number of seeds in a block.
        blocks: Number of blocks.
    """

    first: int
    size: int
    blocks: int

    def block(self, attempt: int) -> range:
        """Return the seeds of an attempt, counted from 0.

        Raises:
            ConfigError: All blocks are used up.
        """
        if attempt >= self.blocks:
            raise ConfigError(
                f"all {self.blocks} examination blocks are used up. Declare more in seeds.yaml."
            )
        start = self.first + attempt * self.size
        return range(start, start + self.size)


@dataclasses.dataclass(frozen=True)
class DeclaredSeeds:
    """All declared seeds.

    Attributes:
        development: First and last seeds that anything may be chosen on, by kind.
        examination: Blocks that only ``drive2walk results measure`` draws, by kind.
    """

    development: dict[str, tuple[tuple[int, int], ...]]
    examination: dict[str, ExaminationSeeds]

    def draw(self, kind: str, attempt: int) -> range:
        """Return the examination seeds of a kind for an attempt, counted from 0.

        Raises:
            ConfigError: There is no such kind, or its blocks are used up.
        """
        if kind not in self.examination:
            raise ConfigError(unknown_name("kind of seeds", kind, self.examination))
        return self.examination[kind].block(attempt)


def load_seeds(path: Path = DECLARATION) -> DeclaredSeeds:
    """Return the declared seeds.

    Raises:
        ConfigError: The declaration has a wrong key or value, or development seeds lie in an
            examination block.
    """
    seeds = build(DeclaredSeeds, read_yaml(path), str(path))
    for kind, blocks in seeds.examination.items():
        last = blocks.first + blocks.blocks * blocks.size
        for low, high in seeds.development.get(kind, ()):
            if low < last and high >= blocks.first:
                raise ConfigError(
                    f"{path}: development seeds {low}-{high} of '{kind}' lie in its examination "
                    f"blocks {blocks.first}-{last - 1}. Move one of them."
                )
    return seeds
