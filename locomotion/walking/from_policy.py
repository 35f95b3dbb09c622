"""The controller that a policy was trained in, by what the policy's metadata says of it."""

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
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.spec import RobotSpec, load_robot

OTHER_VERSION = "the policy's observations are not this version's. Train it anew."


def controller_of(
    policy: Policy, spec: RobotSpec | None = None, body: GaitBody | None = None
) -> WalkingController:
    """Return the controller that a policy was trained in.

    Args:
        policy: with its metadata.
        spec: the robot; by default the one that the policy names.
        body: the robot's measures; by default those of its model.

    Raises:
        WeightsError: the policy sees or does something else than this code.
    """
    metadata = policy.metadata
    names = metadata.get("observation_names", [])
    shape = (policy.weights[0].shape[1], policy.weights[-1].shape[0])
    known = bool(names) and set(names) <= set(OBSERVATIONS)
    known &= {"robot", "residual", "command_names", "command_range"} <= set(metadata)
    if not known:
        raise WeightsError(OTHER_VERSION)
    spec = spec or load_robot(metadata["robot"])
    residual = build(ResidualParameters, metadata["residual"], "the policy's residual")
    columns = columns_of(names, spec.num_leg_joints)
    if shape != (len(columns), residual.action_dim):
        raise WeightsError(OTHER_VERSION)
    commands = dict(zip(metadata["command_names"], metadata["command_range"], strict=True))
    height_m = metadata["gait"]["height_m"]
    return WalkingController(
        spec,
        build(GaitParameters, metadata["gait"], "the policy's gait"),
        residual,
        policy,
        np.array([commands.get(name, [height_m] * 2) for name in COMMAND_NAMES]),
        stands="height" in commands,
        columns=columns,
        body=body,
        prior=metadata.get("prior", True),
    )
