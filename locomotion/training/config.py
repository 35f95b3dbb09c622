"""What a training run is: the robot, the gait, the task, the rewards and PPO's numbers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.training.rewards import RewardWeights

CONFIGS = Path(__file__).parents[1] / "configs"


@dataclasses.dataclass(frozen=True)
class PpoConfig:
    """PPO's numbers.

    Attributes:
        steps: of each robot between two updates.
        minibatches, epochs: of each update. More epochs learn no quicker from as many samples,
            and take as long as the physics.
        gamma, gae_lambda, clip: as in the paper.
        learning_rate: at the start; then it follows the KL divergence of the updates.
        target_kl: of one update, the mean over its last epoch.
        hidden: units of the two layers of policy and value.
        log_std: of the exploration at the start.
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
        """Check the numbers that stable-baselines3 would fail on.

        Raises:
            ConfigError: one of them is below 1.
        """
        if min(self.steps, self.minibatches, self.epochs, self.hidden) < 1:
            raise ConfigError("ppo: steps, minibatches, epochs and hidden must be at least 1.")


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """A training run.

    Attributes:
        robot: name of its spec.
        budget_min: wall-clock minutes.
        max_samples: stop after this many control steps at the latest; 0 sets no limit. Unlike
            the clock, it makes a seed's result the same in every run on one machine.
        prior: whether the policy corrects the gait; without it, it moves the legs alone.
        terrain: what they walk on, one of ``drive2walk.envs.terrain.kinds.TERRAINS``.
        num_envs: robots, shared out evenly among the processes; what is left over is left out.
        num_threads: that learning takes, as processes where each has robots enough; 0 takes every
            processor. A seed's result is of so many processes.
        card_repeats: episodes for each command when the finished policy is judged for its card.
    """

    robot: str = "unitree_g1"
    budget_min: float = 12.0
    max_samples: int = 0
    prior: bool = True
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
        """Check what would fail only after the training.

        Raises:
            ConfigError: a number is out of its bounds.
        """
        if min(self.num_envs, self.card_repeats) < 1 or self.num_threads < 0:
            raise ConfigError(
                "num_envs and card_repeats must be at least 1, num_threads at least 0."
            )
        if self.num_envs * self.ppo.steps < 2 * self.ppo.minibatches:
            raise ConfigError("num_envs times ppo.steps must be twice ppo.minibatches at least.")
