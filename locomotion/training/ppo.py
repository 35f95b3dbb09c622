"""What learns to walk: robots in their environment, and PPO on them, in each member of a team."""

from __future__ import annotations

import dataclasses
import os

import torch
from stable_baselines3 import PPO

from drive2walk.envs.terrain.kinds import build_terrain
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import training_physics
from drive2walk.locomotion.training.config import TrainConfig
from drive2walk.locomotion.training.gradient_mean import GradientMean
from drive2walk.locomotion.training.learning_rate import LearningRate
from drive2walk.locomotion.training.team import Team
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.locomotion.walking.controller import TrainedPolicy, WalkingController
from drive2walk.robot.spec import RobotSpec, load_robot

# Between members of a team; runs that are compared have seeds next to each other.
SEEDS_APART = 10_000


def build_learner(config: TrainConfig, seed: int, rate: LearningRate, team: Team) -> PPO:
    """Return PPO on this member's share of the robots; all members have the same network.

    Args:
        config: the whole team's.
        seed: the whole team's.
        rate: of learning; alike in all members at every time.
        team: whose gradients it follows.
    """
    threads = (config.num_threads or os.cpu_count() or 1) // team.size
    share = dataclasses.replace(
        config, num_envs=config.num_envs // team.size, num_threads=max(threads, 1)
    )
    env = build_env(share, load_robot(config.robot), seed + SEEDS_APART * team.rank)
    model = build_ppo(share, env, rate, seed)
    if team.size > 1:
        GradientMean(model.policy, team)
        # Their networks began alike; each tries actions of its own.
        torch.manual_seed(seed + SEEDS_APART * team.rank)
    return model


def build_env(config: TrainConfig, spec: RobotSpec, seed: int) -> WalkingVecEnv:
    """Return the training environment."""
    walking = WalkingEnv(
        spec,
        training_physics(spec, build_terrain(config.terrain, seed)),
        config.walking,
        config.num_envs,
        num_threads=config.num_threads,
        seed=seed,
    )
    policy = TrainedPolicy(follows_gait=config.prior)
    controller = WalkingController(spec, config.gait, config.residual, policy)
    return WalkingVecEnv(walking, controller, config.rewards, seed + 1)


def build_ppo(config: TrainConfig, env: WalkingVecEnv, rate: LearningRate, seed: int) -> PPO:
    """Return PPO for an environment of ``build_env``, with networks of random weights."""
    ppo = config.ppo
    return PPO(
        "MlpPolicy",
        env,
        learning_rate=rate,
        n_steps=ppo.steps,
        batch_size=ppo.steps * config.num_envs // ppo.minibatches,
        n_epochs=ppo.epochs,
        gamma=ppo.gamma,
        gae_lambda=ppo.gae_lambda,
        clip_range=ppo.clip,
        ent_coef=0.0,
        max_grad_norm=1.0,
        policy_kwargs={
            "net_arch": {"pi": [ppo.hidden] * 2, "vf": [ppo.hidden] * 2},
            "activation_fn": torch.nn.ELU,
            "log_std_init": ppo.log_std,
        },
        seed=seed,
        device="cpu",
    )
