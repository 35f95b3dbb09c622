"""PPO on a process's robots, and the environment that they walk in."""

from __future__ import annotations

import dataclasses
import os

import torch
from stable_baselines3 import PPO

from drive2walk.envs.terrain.kinds import build_terrain
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import training_physics
from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.training.callbacks.learning_rate import LearningRate
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.distributed.gradient_mean import GradientMean
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.locomotion.walking.controller import TrainedPolicy, WalkingController
from drive2walk.robot.spec import RobotSpec, load_robot

# Difference between the seeds of two processes; runs that are compared have adjacent seeds.
PROCESS_SEED_STEP = 10_000


def build_learner(
    config: WalkingTraining, seed: int, rate: LearningRate, processes: TrainingProcesses
) -> PPO:
    """Return PPO on this process's part of the robots, with the same network in all processes.

    Args:
        config: Training run.
        seed: Seed of the run.
        rate: Learning rate, which must be equal in all processes at any time.
        processes: Processes of the run.

    Raises:
        ConfigError: There are too few robots for so many processes.
    """
    own = _config_of_process(config, processes)
    own_seed = seed + PROCESS_SEED_STEP * processes.rank
    env = build_env(own, load_robot(config.robot), own_seed)
    model = build_ppo(own, env, rate, seed)
    if processes.count > 1:
        GradientMean(model.policy, processes)
        # The networks began alike; from here on each process draws actions of its own.
        torch.manual_seed(own_seed)
    return model


def _config_of_process(config: WalkingTraining, processes: TrainingProcesses) -> WalkingTraining:
    num_envs = config.num_envs // processes.count
    if num_envs * config.ppo.steps < 2 * config.ppo.minibatches:
        raise ConfigError(
            f"num_envs is {config.num_envs}, too few for {processes.count} processes: each needs "
            f"two samples for each of {config.ppo.minibatches} minibatches. Raise num_envs."
        )
    threads = (config.num_threads or os.cpu_count() or 1) // processes.local_count
    return dataclasses.replace(config, num_envs=num_envs, num_threads=max(threads, 1))


def build_env(config: WalkingTraining, spec: RobotSpec, seed: int) -> WalkingVecEnv:
    """Return the training environment."""
    walking = WalkingEnv(
        spec,
        training_physics(spec, build_terrain(config.terrain, seed)),
        config.walking,
        config.num_envs,
        num_threads=config.num_threads,
        seed=seed,
    )
    policy = TrainedPolicy(follows_gait=config.follows_gait)
    controller = WalkingController(spec, config.gait, config.residual, policy)
    return WalkingVecEnv(walking, controller, config.rewards, seed + 1)


def build_ppo(config: WalkingTraining, env: WalkingVecEnv, rate: LearningRate, seed: int) -> PPO:
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
