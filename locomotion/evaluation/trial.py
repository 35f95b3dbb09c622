"""The conditions under which a walking controller is evaluated."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, get_args

from drive2walk.envs.sensors.sensor_errors import SensorsName
from drive2walk.envs.walking.physics import PhysicsName
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name

ArmsName = Literal["still", "moving"]


@dataclasses.dataclass(frozen=True)
class Trial:
    """The conditions of an evaluation.

    Attributes:
        physics: Simulation; in ``training`` the arms are welded to the torso, and in ``second``
            the robots also differ from their model in masses, gains, friction and delay.
        terrain: Ground, one of ``envs/terrain/kinds.py``. Each seed has its own.
        sighted: Whether the robots see the ground around them.
        arms: Still at home, or moving from one random posture to the next. The legs know where
            the arms are, by their joints, but not what the hands hold.
        payload_kg: Mass in each hand.
        push_m_s: Size of the pushes, in random directions every 3 to 7 s.
        speed_limits: Whether the motors' torques fall with speed above their rated speed.
        repeats: Episodes of each command and seed.
        seeds: Number of seeds, each for starts, pushes, ground and arm motion.
        seed: First seed.
        sensors: Real sensors have noise, bias and delay; ideal ones measure the truth.

    Raises:
        ConfigError: A value is not allowed, or the arms can't move in this physics.
    """

    physics: PhysicsName = "training"
    terrain: str = "flat"
    sighted: bool = False
    arms: ArmsName = "still"
    payload_kg: float = 0.0
    push_m_s: float = 0.5
    speed_limits: bool = True
    repeats: int = 4
    seeds: int = 1
    seed: int = 0
    sensors: SensorsName = "real"

    def __post_init__(self) -> None:
        """Check the values that types can't."""
        for kind, name, allowed in (
            ("physics", self.physics, get_args(PhysicsName)),
            ("arms", self.arms, get_args(ArmsName)),
            ("sensors", self.sensors, get_args(SensorsName)),
        ):
            if name not in allowed:
                raise ConfigError(unknown_name(kind, name, allowed))
        check_seed(self.seed)
        if self.repeats < 1 or self.seeds < 1:
            raise ConfigError(
                f"repeats is {self.repeats} and seeds is {self.seeds}; both must be at least 1."
            )
        if self.push_m_s < 0 or self.payload_kg < 0:
            raise ConfigError(
                f"push is {self.push_m_s:g} and payload-kg is {self.payload_kg:g}; both must be "
                "at least 0."
            )
        if self.arms == "moving" and self.physics == "training":
            raise ConfigError("the training physics has no arms. Give --physics full or second.")

    @property
    def conditions(self) -> dict[str, Any]:
        """Conditions by name, without repeats and seeds, for a report."""
        values = dataclasses.asdict(self)
        return {name: values[name] for name in values if name not in ("repeats", "seeds", "seed")}
