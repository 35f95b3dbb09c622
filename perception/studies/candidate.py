"""A candidate of the transfer study: a network that was trained on driving."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from drive2walk.perception.network.network import NetworkConfig
from drive2walk.perception.network.weights import Knowledge, has_heads, read_knowledge
from drive2walk.perception.training.transfer import shape_of_start

DIGEST_LENGTH = 12


class Candidate(NamedTuple):
    """A network that was trained on driving.

    Attributes:
        name: Name of the file without its ending.
        path: Weight file.
        network: Shape of the network and of its twin in the study.
        knowledge: Training data of the network.
        whole: Whether neck and heads are used; if not, only the trunk, below a new neck and heads.
    """

    name: str
    path: Path
    network: NetworkConfig
    knowledge: Knowledge
    whole: bool

    @classmethod
    def from_file(cls, path: Path) -> Candidate:
        """Return the candidate of a weight file.

        Raises:
            WeightsError: The file can't be used.
        """
        shape = shape_of_start(NetworkConfig(), path)
        return cls(path.stem, path, shape, read_knowledge(path), has_heads(path))

    @property
    def file_digest(self) -> str:
        """Short digest of the weight file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:DIGEST_LENGTH]

    @property
    def shape_digest(self) -> str:
        """Short digest of the shape of the network."""
        return hashlib.sha256(repr(self.network).encode()).hexdigest()[:DIGEST_LENGTH]

    def knows_any(self, surfaces: Iterable[str]) -> bool:
        """Return whether the network was trained on any of ``surfaces``."""
        return not set(self.knowledge.surfaces).isdisjoint(surfaces)
