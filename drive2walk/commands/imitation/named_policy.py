"""Finds the files of an arm policy by a name or a path."""

from __future__ import annotations

from pathlib import Path

from drive2walk.checkpoints.released import CHECKPOINTS, SUFFIX, released_names, weights_path
from drive2walk.experiment.errors import WeightsError, unknown_name
from drive2walk.teleop.imitation.policy import read_description
from drive2walk.teleop.imitation.policy_files import PolicyFiles

# Metadata key that the file of an arm policy has.
ARMS_KEY = "arms"


def find_arm_policy(policy: str) -> PolicyFiles:
    """Return the files of an arm policy and of the perception weights that it sees through.

    Args:
        policy: Released name, folder of a training run, or path of a .safetensors file.

    Raises:
        WeightsError: The policy or its perception weights don't exist.
    """
    path = Path(policy)
    if path.is_dir():
        path = path / "policy.safetensors"
    elif not path.is_file():
        names = released_names(ARMS_KEY, CHECKPOINTS)
        if policy not in names:
            raise WeightsError(
                f"{unknown_name('arm policy', policy, names)} Or give the folder of a run."
            )
        path = CHECKPOINTS / f"{policy}{SUFFIX}"
    trunk = read_description(path).trunk
    return PolicyFiles(path, None if trunk is None else weights_path(trunk))
