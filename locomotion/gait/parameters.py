"""The numbers of a gait; a config sets them and a policy file carries them."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class GaitParameters:
    """The gait's numbers; pairs are (x, y).

    Attributes:
        step_s: duration of a step.
        height_m: of the base above the stance sole.
        width_m: between the feet when stepping in place.
        min_separation_m: feet never step closer than this sideways.
        max_stride_m, max_spread_m: how far from the other one a foot steps, forwards and sideways.
        clearance_m: how high the swing foot is lifted.
        capture_gain: share of the capture point's error that the next step corrects.
        velocity_gain_s: how far to step for each m/s of mean velocity error.
        stride_gain: how much further ahead ξ must be than a lossless pendulum's to keep its speed.
        com_shift_m: correction of the centre of mass, forward.
        pitch_rad: of the base, forward.
        lead_s: how far ahead of the measurement the swing leg's base is.
        landing_phase: for this part of its step a foot that has just landed still slides and
            flexes, and the odometry goes by the other one.
        support_gain: share of the body's weight that is fed forward to the stance leg.
        stand_capture_gain: how far beyond the capture point the feet push when both stand, for
            each metre that it is off the middle between them.
        stand_stiffness: share of the body's distance from there that the legs' springs resist.
        squat_pitch_rad_m: how far the base leans forward for each metre that it sinks: upright, the
            ankles reach the end of their range in a squat.
    """

    step_s: float = 0.33
    height_m: float = 0.739
    width_m: float = 0.21
    min_separation_m: float = 0.16
    max_stride_m: float = 0.55
    max_spread_m: float = 0.45
    clearance_m: float = 0.07
    capture_gain: tuple[float, float] = (0.9, 1.0)
    velocity_gain_s: tuple[float, float] = (0.03, 0.045)
    stride_gain: float = 1.6
    com_shift_m: float = -0.001
    pitch_rad: float = 0.019
    lead_s: float = 0.016
    landing_phase: float = 0.1
    support_gain: float = 0.87
    stand_capture_gain: float = 1.0
    stand_stiffness: float = 0.7
    squat_pitch_rad_m: float = 1.8
