"""The small trained networks that come with the project, each with a card beside it."""

from __future__ import annotations

from pathlib import Path

from locomotion.controller import WalkingController
from locomotion.policy import Policy
from locomotion.policy_controller import controller_of
from perception.predictor import Predictor
from perception.weights import find_weights
from robot.errors import WeightsError
from robot.spec import RobotSpec

CHECKPOINTS = Path(__file__).parent / "checkpoints"


def load_predictor(weights: str, spec: RobotSpec) -> Predictor:
    """Return the eyes of the weights ``weights`` (a released name or a file) for a robot.

    Raises:
        WeightsError: there are no such weights, or they can't be used.
    """
    return Predictor.load(find_weights(weights, CHECKPOINTS), spec.walkable_surfaces)


def load_controller(robot: str) -> WalkingController:
    """Return the released walking controller of the robot called ``robot``.

    Raises:
        WeightsError: none was released.
    """
    path = CHECKPOINTS / f"{robot}.safetensors"
    if not path.is_file():
        raise WeightsError(
            f"no released walking policy for '{robot}'. Train one: "
            f"drive2walk locomotion train --config CONFIG --out DIR."
        )
    return controller_of(Policy.load(path))
