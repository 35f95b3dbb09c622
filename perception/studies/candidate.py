"""A candidate: a network that drove, as the transfer study starts from it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from drive2walk.perception.network.network import NetworkConfig
from drive2walk.perception.network.weights import Knowledge, has_heads, read_knowledge
from drive2walk.perception.training.transfer import shape_of_start


class Candidate(NamedTuple):
    """A network that drove.

    Attributes:
        name: of its file.
        path: its file.
        network: the shape that it and its twin have in the study.
        knowledge: what it was taught.
        whole: whether neck and heads come along, or the trunk alone and the rest starts anew.
    """

    name: str
    path: Path
    network: NetworkConfig
    knowledge: Knowledge
    whole: bool

    @classmethod
    def read(cls, path: Path) -> Candidate:
        """Return the weight file ``path`` as a candidate.

        Raises:
            WeightsError: the file can't be used.
        """
        shape = shape_of_start(NetworkConfig(), path)
        return cls(path.stem, path, shape, read_knowledge(path), has_heads(path))

    def knows(self, surfaces: Iterable[str]) -> bool:
        """Return whether it was taught one of the very ``surfaces`` that are to be learned."""
        return not set(self.knowledge.surfaces).isdisjoint(surfaces)
