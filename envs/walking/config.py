"""What happens to robots that walk: commands, kicks, how they differ and what they carry."""

from __future__ import annotations

import dataclasses

from drive2walk.envs.walking.arms.arm_load import ArmLoadConfig
from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.experiment.errors import ConfigError

BOUNDS = ("push_interval_s", "command_interval_s", "vx_m_s", "vy_m_s", "wz_rad_s", "height_m")


@dataclasses.dataclass(frozen=True)
class WalkingConfig:
    """What happens to the robots.

    Attributes:
        episode_s: after this long an episode is truncated.
        push_m_s: size of the velocity kicks, in random directions.
        push_interval_s: bounds of the uniform time between kicks.
        command_interval_s: bounds of the uniform time between new commands.
        vx_m_s, vy_m_s, wz_rad_s: bounds of the uniform commands.
        height_m: bounds of the commanded base height above the ground; the upper one is the
            robot's usual height.
        still_share, turn_share, straight_share: shares of the commands that are zero, that
            only turn, and that only go forwards or backwards; the rest mixes all three.
        squat_share: share of the commands with a height from ``height_m``, not the usual one.
        squat_slowing: at the lowest height, speeds are smaller by this share.
        sighted_share: share of the robots that see the ground around them.
        joint_noise_rad: spread of the joint angles at a reset.
        velocity_noise: spread of all velocities at a reset, in m/s or rad/s.
        randomization: how the robots differ from their model.
        arms: what moving arms do to robots whose arms are welded; without it, nothing.
    """

    episode_s: float = 20.0
    push_m_s: float = 0.8
    push_interval_s: tuple[float, float] = (2.0, 7.0)
    command_interval_s: tuple[float, float] = (3.0, 7.0)
    vx_m_s: tuple[float, float] = (-0.6, 1.1)
    vy_m_s: tuple[float, float] = (-0.35, 0.35)
    wz_rad_s: tuple[float, float] = (-0.8, 0.8)
    height_m: tuple[float, float] = (0.739, 0.739)
    still_share: float = 0.1
    turn_share: float = 0.15
    straight_share: float = 0.2
    squat_share: float = 0.0
    squat_slowing: float = 0.7
    sighted_share: float = 0.0
    joint_noise_rad: float = 0.03
    velocity_noise: float = 0.1
    randomization: RandomizationConfig = dataclasses.field(default_factory=RandomizationConfig)
    arms: ArmLoadConfig | None = None

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            ConfigError: a lower one is above its upper one.
        """
        for name in BOUNDS:
            low, high = getattr(self, name)
            if low > high:
                raise ConfigError(f"walking.{name}: {low} is above {high}. Give the lower first.")
