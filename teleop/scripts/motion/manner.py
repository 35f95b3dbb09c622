"""How a pilot moves: speeds, gains and tolerances."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Manner:
    """Speeds, gains and tolerances of a pilot.

    Attributes:
        walk_m_s: Highest commanded walking speed, in m/s.
        turn_rad_s: Highest commanded yaw rate, in rad/s.
        gain_hz: Velocity command per remaining distance, in 1/s.
        drift_hz: Gain of the integrator that makes up for what the legs fall short by, in 1/s.
        drift_m_s: Largest velocity that the integrator adds along each axis, in m/s.
        drift_near_m: Distance from the station below which the integrator runs, in metres.
        sway_s: Time constant over which the position of the base is averaged, in seconds.
        near_m: Distance from the station at which the base stands still, in metres.
        near_rad: Heading error at which the base stands still, in radians.
        stray_m: Further distance from the station at which the base walks again, in metres. A
            single step sways the base by about as much.
        stray_rad: Further heading error at which the base walks again, in radians.
        hand_m_s: Speed of the hands, in m/s.
        hand_rad_s: Turning speed of the hands, in rad/s.
        sink_m_s: Speed of the pelvis up and down, in m/s.
        patience_s: Longest duration of a single motion, in seconds.
    """

    walk_m_s: float = 0.3
    turn_rad_s: float = 0.5
    gain_hz: float = 1.0
    drift_hz: float = 0.3
    drift_m_s: float = 0.08
    drift_near_m: float = 0.12
    sway_s: float = 0.15
    near_m: float = 0.035
    near_rad: float = 0.06
    stray_m: float = 0.035
    stray_rad: float = 0.06
    hand_m_s: float = 0.25
    hand_rad_s: float = 1.2
    sink_m_s: float = 0.12
    patience_s: float = 15.0
