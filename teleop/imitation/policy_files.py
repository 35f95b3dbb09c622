"""The files of an arm policy: its own, and the perception weights that it sees through."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.teleop.imitation.policy import ArmDescription, ArmPolicy, read_description


@dataclasses.dataclass(frozen=True)
class PolicyFiles:
    """Files of a policy, which every process reads for itself.

    Attributes:
        policy: File of the policy.
        trunk: File of the perception weights that it sees through; None for a trunk of its own.
    """

    policy: Path
    trunk: Path | None

    @property
    def description(self) -> ArmDescription:
        """What the policy is, read without its weights.

        Raises:
            WeightsError: The file can't be used.
        """
        return read_description(self.policy)

    def load(self) -> ArmPolicy:
        """Return the policy.

        Raises:
            WeightsError: A file can't be used.
        """
        return ArmPolicy.load(self.policy, self.trunk)
