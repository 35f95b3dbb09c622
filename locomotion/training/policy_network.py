"""A policy as the network of stable-baselines3's PPO, and as arrays that a robot can run."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import torch
from stable_baselines3 import PPO

from drive2walk.experiment.errors import WeightsError
from drive2walk.locomotion.gait.command import COMMAND_NAMES
from drive2walk.locomotion.policy.observations import OBSERVATIONS, columns_of
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.robot.spec import RobotSpec


def list_linear_layers(model: PPO) -> list[torch.nn.Linear]:
    """Return the linear layers of the policy's network, from observation to action."""
    modules = [*model.policy.mlp_extractor.policy_net, model.policy.action_net]
    return [module for module in modules if isinstance(module, torch.nn.Linear)]


def copy_policy_to_network(policy: Policy, model: PPO, num_leg_joints: int) -> None:
    """Copy the weights of ``policy`` to the network of ``model``.

    The network may have more observations than the policy; their weights become 0.

    Args:
        policy: Source.
        model: Target.
        num_leg_joints: Leg joints of the robot that both are for.

    Raises:
        WeightsError: The policy's layers have other sizes.
    """
    layers = list_linear_layers(model)
    names = policy.metadata["observation_names"]
    shapes = [tuple(layer.weight.shape) for layer in layers]
    # The first layer may have fewer columns, as many as the policy has observations.
    first_shape = (policy.weights[0].shape[0], shapes[0][1])
    given = [first_shape, *(weight.shape for weight in policy.weights[1:])]
    if shapes != given or not set(names) <= set(OBSERVATIONS):
        raise WeightsError(
            f"the policy to start from has layers {given}, the network to train {shapes}. Start "
            "from a policy of the same robot, and give its ppo.hidden."
        )
    first = np.zeros(shapes[0], dtype=np.float32)
    first[:, columns_of(names, num_leg_joints)] = policy.weights[0]
    weights = [first, *policy.weights[1:]]
    with torch.no_grad():
        for layer, weight, bias in zip(layers, weights, policy.biases, strict=True):
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))


def policy_from_network(model: PPO, config: WalkingTraining, spec: RobotSpec) -> Policy:
    """Return the policy as arrays, with all that a controller needs to run it."""
    layers = list_linear_layers(model)
    count = spec.num_leg_joints
    metadata = {
        "robot": config.robot,
        "prior": config.follows_gait,
        "gait": dataclasses.asdict(config.gait),
        "residual": dataclasses.asdict(config.residual),
        "joint_names": spec.leg_joint_names,
        "joint_stiffness": spec.per_joint("kp")[:count].tolist(),
        "joint_damping": spec.per_joint("kd")[:count].tolist(),
        "default_joint_pos": spec.home_qpos[:count].tolist(),
        "command_names": list(COMMAND_NAMES),
        "command_range": [
            config.walking.vx_m_s,
            config.walking.vy_m_s,
            config.walking.wz_rad_s,
            config.walking.height_m,
        ],
        "observation_names": list(OBSERVATIONS),
        "action_scale": list(config.residual.joints_rad) * 2,
    }
    return Policy(
        tuple(layer.weight.detach().numpy().astype(np.float32) for layer in layers),
        tuple(layer.bias.detach().numpy().astype(np.float32) for layer in layers),
        json.loads(json.dumps(metadata)),
    )
