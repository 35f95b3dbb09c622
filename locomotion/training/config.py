"""Config of a training run: robot, gait, walking task, rewards and PPO."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.experiment.config import was
from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.training.rewards import RewardWeights

CONFIGS = Path(__file__).parents[1] / "configs"


@dataclasses.dataclass(frozen=True)
class PpoConfig:
    """Parameters of PPO (Schulman et al., "Proximal policy optimization algorithms", 2017).

    Attributes:
        steps: Control steps of each robot between two updates.
        minibatches: Minibatches of an epoch.
        epochs: Passes of an update over its samples. More of them don't lower the number of
            samples that learning needs, and each takes as long as the physics.
        gamma: Discount of a reward that comes one control step later.
        gae_lambda: Weight decay of generalized advantage estimation (Schulman et al. 2016).
        clip: Largest change of an action's probability that is rewarded, as a fraction.
        learning_rate: Learning rate at the start; later it follows the KL divergence.
        target_kl: KL divergence of an update that the learning rate aims at, in nats, as the
            mean over the update's last epoch.
        hidden: Units in each of the two hidden layers of policy and value network.
        log_std: Logarithm of the actions' standard deviation at the start.

    Raises:
        ConfigError: A count is below 1.
    """

    steps: int = 24
    minibatches: int = 8
    epochs: int = 1
    gamma: float = 0.98
    gae_lambda: float = 0.95
    clip: float = 0.2
    learning_rate: float = 1e-3
    target_kl: float = 0.008
    hidden: int = 128
    log_std: float = -1.0

    def __post_init__(self) -> None:
        """Check the numbers that stable-baselines3 would fail on."""
        names = ("steps", "minibatches", "epochs", "hidden")
        low = [f"{name} is {getattr(self, name)}" for name in names if getattr(self, name) < 1]
        if low:
            raise ConfigError(
                f"ppo: {', '.join(low)}; steps, minibatches, epochs and hidden must be at least 1."
            )


@dataclasses.dataclass(frozen=True)
class WalkingTraining:
    """A training run of a walking policy.

    Attributes:
        robot: Name of the robot's spec.
        budget_min: Wall-clock time, in minutes.
        max_samples: Control steps of all robots after which the run ends; 0 sets no limit.
            Unlike the clock, it makes a seed's result the same in every run on one machine.
        follows_gait: Whether the policy corrects the gait. If not, it moves the legs by itself.
        terrain: Ground, one of ``drive2walk.envs.terrain.kinds.TERRAINS``.
        num_envs: Robots, divided evenly among the processes; a remainder is left out.
        num_threads: Processors for the training on one machine, used as processes as long as
            each has enough robots; 0 takes every processor. A seed's result depends on the
            number of processes.
        card_repeats: Episodes of each command when the finished policy is evaluated for its card.
        gait: Parameters of the pendulum gait.
        residual: Sizes of the changes that the policy may make to the gait.
        rewards: Weights of the reward terms.
        walking: Commands, pushes, randomization and the like.
        ppo: Parameters of PPO.

    Raises:
        ConfigError: A number is out of its range.
    """

    robot: str = "unitree_g1"
    budget_min: float = 12.0
    max_samples: int = 0
    follows_gait: bool = dataclasses.field(default=True, metadata=was("prior"))
    terrain: str = "flat"
    num_envs: int = 512
    num_threads: int = 0
    card_repeats: int = 4
    gait: GaitParameters = dataclasses.field(default_factory=GaitParameters)
    residual: ResidualParameters = dataclasses.field(default_factory=ResidualParameters)
    rewards: RewardWeights = dataclasses.field(default_factory=RewardWeights)
    walking: WalkingConfig = dataclasses.field(default_factory=WalkingConfig)
    ppo: PpoConfig = dataclasses.field(default_factory=PpoConfig)

    def __post_init__(self) -> None:
        """Check what would fail only after the training."""
        if min(self.num_envs, self.card_repeats) < 1 or self.num_threads < 0:
            raise ConfigError(
                f"num_envs is {self.num_envs}, card_repeats {self.card_repeats}, num_threads "
                f"{self.num_threads}; the first two must be at least 1, num_threads at least 0."
            )
        samples, minibatches = self.num_envs * self.ppo.steps, self.ppo.minibatches
        if samples < 2 * minibatches:
            raise ConfigError(
                f"num_envs times ppo.steps is {samples}; it must be at least twice "
                f"ppo.minibatches, which is {minibatches}."
            )
