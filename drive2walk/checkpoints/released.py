"""The released networks: their folder, and how to find and load one by a name or a path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drive2walk.experiment.errors import WeightsError, unknown_name

if TYPE_CHECKING:  # A command that only names weights doesn't import torch.
    from drive2walk.locomotion.walking.controller import WalkingController
    from drive2walk.perception.inference.predictor import Predictor
    from drive2walk.robot.spec import RobotSpec

CHECKPOINTS = Path(__file__).parent
SUFFIX = ".safetensors"
# Metadata keys that a weight file of each kind has.
NETWORK_KEY, POLICY_KEY = "network", "policy"


def weights_path(weights: str, folder: Path = CHECKPOINTS) -> Path:
    """Return the path of perception weights.

    Args:
        weights: Released name, or path of a .safetensors file.
        folder: Folder of the released weights.

    Raises:
        WeightsError: The weights don't exist.
    """
    path = Path(weights)
    if path.suffix == SUFFIX:
        if not path.is_file():
            raise WeightsError(f"no weight file '{path}'. Give a {SUFFIX} file that exists.")
        return path
    names = released_names(NETWORK_KEY, folder)
    if weights not in names:
        raise WeightsError(f"{unknown_name('weights', weights, names)} Or give a {SUFFIX} file.")
    return folder / f"{weights}{SUFFIX}"


def policy_path(policy: str) -> Path:
    """Return the path of a walking policy.

    Args:
        policy: Released name, folder of a training run, or path of a .safetensors file.

    Raises:
        WeightsError: The policy doesn't exist.
    """
    path = Path(policy)
    if path.is_dir():
        return path / "policy.safetensors"
    if path.is_file():
        return path
    names = released_names(POLICY_KEY, CHECKPOINTS)
    if policy in names:
        return CHECKPOINTS / f"{policy}{SUFFIX}"
    raise WeightsError(f"{unknown_name('policy', policy, names)} Or give the folder of a run.")


def load_predictor(weights: str, spec: RobotSpec) -> Predictor:
    """Return the predictor of perception weights for a robot.

    Args:
        weights: Released name, or path of a .safetensors file.
        spec: Robot, which decides what is walkable.

    Raises:
        WeightsError: The weights don't exist or can't be used.
    """
    from drive2walk.perception.inference.predictor import Predictor

    return Predictor.load(weights_path(weights), spec.walkable_surfaces)


def load_controller(robot: str) -> WalkingController:
    """Return the released walking controller of a robot, by its name.

    Raises:
        WeightsError: The robot has no released policy.
    """
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.locomotion.walking.from_policy import controller_from_policy

    path = CHECKPOINTS / f"{robot}{SUFFIX}"
    if not path.is_file():
        raise WeightsError(
            f"no released walking policy for '{robot}'. Train one: "
            f"drive2walk locomotion train --config CONFIG --out DIR."
        )
    return controller_from_policy(Policy.load(path))


def released_names(key: str, folder: Path) -> list[str]:
    """Return the names of the weight files in a folder whose metadata have a key."""
    from safetensors import safe_open

    names = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with safe_open(str(path), framework="numpy") as file:
            if key in (file.metadata() or {}):
                names.append(path.stem)
    return names
