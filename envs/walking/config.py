"""Episodes of the walking simulation: commands, pushes, randomization and moving arms."""

from __future__ import annotations

import dataclasses

from drive2walk.envs.walking.arms.arm_load_config import ArmLoadConfig
from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.experiment.config import was
from drive2walk.experiment.errors import ConfigError

RANGES = ("push_interval_s", "command_interval_s", "vx_m_s", "vy_m_s", "wz_rad_s", "height_m")


@dataclasses.dataclass(frozen=True)
class WalkingConfig:
    """The episodes of robots that walk.

    Attributes:
        episode_s: Length after which an episode is truncated.
        push_m_s: Size of the pushes, which change the base's velocity in a random direction.
        push_interval_s: Range of the time between pushes.
        command_interval_s: Range of the time between new commands.
        vx_m_s: Range of the commanded forward velocity.
        vy_m_s: Range of the commanded velocity to the left.
        wz_rad_s: Range of the commanded yaw rate.
        height_m: Range of the commanded base height above the ground; the upper bound is the
            robot's usual height.
        still_probability: Probability of a command of zero velocity.
        turn_probability: Probability of a command that only turns.
        straight_probability: Probability of a command that only goes forwards or backwards. All
            other commands mix the three velocities.
        squat_probability: Probability of a height drawn from ``height_m`` instead of the usual one.
        squat_slowing: Fraction by which speeds are lower at the lowest height.
        sighted_fraction: Fraction of the robots that see the ground around them.
        joint_noise_rad: Largest deviation of joint angles at a reset.
        velocity_noise: Largest deviation of all velocities at a reset, m/s or rad/s.
        randomization: Differences between the robots and their model.
        arms: Load of moving arms on robots with welded arms; None is no load.
    """

    episode_s: float = 20.0
    push_m_s: float = 0.8
    push_interval_s: tuple[float, float] = (2.0, 7.0)
    command_interval_s: tuple[float, float] = (3.0, 7.0)
    vx_m_s: tuple[float, float] = (-0.6, 1.1)
    vy_m_s: tuple[float, float] = (-0.35, 0.35)
    wz_rad_s: tuple[float, float] = (-0.8, 0.8)
    height_m: tuple[float, float] = (0.739, 0.739)
    still_probability: float = dataclasses.field(default=0.1, metadata=was("still_share"))
    turn_probability: float = dataclasses.field(default=0.15, metadata=was("turn_share"))
    straight_probability: float = dataclasses.field(default=0.2, metadata=was("straight_share"))
    squat_probability: float = dataclasses.field(default=0.0, metadata=was("squat_share"))
    squat_slowing: float = 0.7
    sighted_fraction: float = dataclasses.field(default=0.0, metadata=was("sighted_share"))
    joint_noise_rad: float = 0.03
    velocity_noise: float = 0.1
    randomization: RandomizationConfig = dataclasses.field(default_factory=RandomizationConfig)
    arms: ArmLoadConfig | None = None

    def __post_init__(self) -> None:
        """Check that every range has its lower bound first.

        Raises:
            ConfigError: A lower bound is above its upper one.
        """
        for name in RANGES:
            low, high = getattr(self, name)
            if low > high:
                raise ConfigError(f"walking.{name}: {low} is above {high}. Give the lower first.")
