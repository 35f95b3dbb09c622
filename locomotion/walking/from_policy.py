"""The controller that a policy was trained in, rebuilt from the policy's metadata."""

from __future__ import annotations

import numpy as np

from drive2walk.experiment.config import build
from drive2walk.experiment.errors import WeightsError
from drive2walk.locomotion.gait.body import GaitBody
from drive2walk.locomotion.gait.command import COMMAND_NAMES
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.policy.observations import OBSERVATIONS, columns_of
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.walking.controller import TrainedPolicy, WalkingController
from drive2walk.robot.spec import RobotSpec, load_robot

OTHER_VERSION = "the policy's observations are not this version's. Train it again."
NEEDED = {"robot", "gait", "residual", "command_names", "command_range"}


def controller_from_policy(
    policy: Policy, spec: RobotSpec | None = None, body: GaitBody | None = None
) -> WalkingController:
    """Return the controller that a policy was trained in.

    Args:
        policy: The policy with its metadata.
        spec: The robot; None takes the one that the policy names.
        body: The robot's measures; None reads those of its model.

    Raises:
        WeightsError: The policy's observations or actions are another version's.
    """
    metadata = policy.metadata
    names = metadata.get("observation_names", [])
    if not names or not set(names) <= set(OBSERVATIONS) or not set(metadata) >= NEEDED:
        raise WeightsError(OTHER_VERSION)
    spec = spec or load_robot(metadata["robot"])
    residual = build(ResidualParameters, metadata["residual"], "the policy's residual")
    shape = (policy.weights[0].shape[1], policy.weights[-1].shape[0])
    if shape != (len(columns_of(names, spec.num_leg_joints)), residual.action_dim):
        raise WeightsError(OTHER_VERSION)
    commands = dict(zip(metadata["command_names"], metadata["command_range"], strict=True))
    height_m = metadata["gait"]["height_m"]
    trained = TrainedPolicy(
        policy,
        np.array([commands.get(name, [height_m] * 2) for name in COMMAND_NAMES]),
        stands="height" in commands,
        observations=tuple(names),
        follows_gait=metadata.get("prior", True),
    )
    gait = build(GaitParameters, metadata["gait"], "the policy's gait")
    return WalkingController(spec, gait, residual, trained, body)
