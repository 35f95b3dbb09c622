"""Which walking policy a command line means."""

from __future__ import annotations

from pathlib import Path

import drive2walk

CHECKPOINTS = Path(drive2walk.__file__).parent / "checkpoints"


def policy_path(policy: str) -> Path:
    """Return the file of a policy: a released one by name, a run's folder, or a file.

    Raises:
        WeightsError: there is no such policy.
    """
    from robot.errors import WeightsError, unknown_name
    from robot.spec import robot_names

    path = Path(policy)
    if path.is_dir():
        return path / "policy.safetensors"
    if path.is_file():
        return path
    released = [name for name in robot_names() if (CHECKPOINTS / f"{name}.safetensors").exists()]
    if policy in released:
        return CHECKPOINTS / f"{policy}.safetensors"
    raise WeightsError(f"{unknown_name('policy', policy, released)} Or give a run's folder.")
