"""The small trained networks that come with the project, and how a name or a path finds one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command that only names weights need not import torch
    from drive2walk.locomotion.walking.controller import WalkingController
    from drive2walk.perception.inference.predictor import Predictor
    from drive2walk.robot.spec import RobotSpec

CHECKPOINTS = Path(__file__).parent / "checkpoints"


def weights_path(weights: str) -> Path:
    """Return the file of perception weights: a released name, or a file.

    Raises:
        WeightsError: there are no such weights.
    """
    from drive2walk.perception.network.weights import find_weights

    return find_weights(weights, CHECKPOINTS)


def policy_path(policy: str) -> Path:
    """Return the file of a walking policy: a released name, a run's folder, or a file.

    Raises:
        WeightsError: there is no such policy.
    """
    from drive2walk.experiment.errors import WeightsError, unknown_name
    from drive2walk.robot.spec import robot_names

    path = Path(policy)
    if path.is_dir():
        return path / "policy.safetensors"
    if path.is_file():
        return path
    released = [name for name in robot_names() if (CHECKPOINTS / f"{name}.safetensors").exists()]
    if policy in released:
        return CHECKPOINTS / f"{policy}.safetensors"
    raise WeightsError(f"{unknown_name('policy', policy, released)} Or give a run's folder.")


def load_predictor(weights: str, spec: RobotSpec) -> Predictor:
    """Return the predictor of perception weights (a released name or a file) for a robot.

    Raises:
        WeightsError: there are no such weights, or they can't be used.
    """
    from drive2walk.perception.inference.predictor import Predictor

    return Predictor.load(weights_path(weights), spec.walkable_surfaces)


def load_controller(robot: str) -> WalkingController:
    """Return the released walking controller of the robot called ``robot``.

    Raises:
        WeightsError: none was released.
    """
    from drive2walk.experiment.errors import WeightsError
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.locomotion.walking.from_policy import controller_from_policy

    path = CHECKPOINTS / f"{robot}.safetensors"
    if not path.is_file():
        raise WeightsError(
            f"no released walking policy for '{robot}'. Train one: "
            f"drive2walk locomotion train --config CONFIG --out DIR."
        )
    return controller_from_policy(Policy.load(path))
