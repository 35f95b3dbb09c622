"""The motion and the payloads of arms that load a torso."""

from __future__ import annotations

import dataclasses

from drive2walk.experiment.config import was


@dataclasses.dataclass(frozen=True)
class ArmLoadConfig:
    """The motion of the hands and what they hold.

    Positions are in the base frame with the torso at home; the right hand mirrors the left one.

    Attributes:
        arm_kg: Mass of an arm, a point at the hand.
        payload_kg: Largest payload of each hand.
        home_m: Position of the left hand at home.
        low_m: Lowest coordinates of the left hand's goals.
        high_m: Highest coordinates of the left hand's goals.
        interval_s: Range of the time until a hand gets a new goal.
        still_probability: Probability that a new goal is where the hand is.
        carry_probability: Probability that a robot holds one thing with both hands, side by side.
        carry_m: Range of the distance in front of the base at which it is held.
        carry_interval_s: Range of the time until it is held elsewhere.
        response_hz: Natural frequency with which a hand follows its goal.
        max_acceleration_m_s2: Largest acceleration of a hand.
    """

    arm_kg: float = 1.8
    payload_kg: float = 0.0
    home_m: tuple[float, float, float] = (-0.01, 0.24, -0.14)
    low_m: tuple[float, float, float] = (-0.1, 0.05, -0.2)
    high_m: tuple[float, float, float] = (0.45, 0.5, 0.6)
    interval_s: tuple[float, float] = (0.4, 3.0)
    still_probability: float = dataclasses.field(default=0.2, metadata=was("still_share"))
    carry_probability: float = dataclasses.field(default=0.0, metadata=was("carry_share"))
    carry_m: tuple[float, float] = (0.1, 0.45)
    carry_interval_s: tuple[float, float] = (4.0, 15.0)
    response_hz: float = 1.0
    max_acceleration_m_s2: float = 12.0
