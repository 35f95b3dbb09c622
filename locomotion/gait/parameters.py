"""The numbers of a gait; a config sets them and a policy file carries them."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class GaitParameters:
    """The gait's numbers; pairs are (x, y).

    Attributes:
        step_s: Duration of a step, in seconds.
        height_m: Height of the base above the stance sole, in metres.
        width_m: Distance between the feet when stepping in place, in metres.
        min_separation_m: Least sideways distance between the feet, in metres.
        max_stride_m, max_spread_m: Longest step forward and sideways, in metres.
        clearance_m: Height by which the swing foot is lifted, in metres.
        capture_gain: Fraction of the capture point's error that the next step corrects.
        velocity_gain_s: Distance to step further for each m/s of mean velocity error, in seconds.
        stride_gain: Lead of ξ relative to a lossless pendulum's that keeps the speed.
        com_shift_m: Forward correction of the model's centre of mass, in metres.
        pitch_rad: Forward pitch of the base.
        lead_s: Time by which the swing leg's base is ahead of the measurement, in seconds.
        landing_phase: Part of the step in which a foot that has just landed still slides and
            flexes, so that the odometry uses the other one.
        support_gain: Fraction of the body's weight that is fed forward to the stance leg.
        stand_capture_gain: Distance beyond the capture point that standing feet push, for each
            metre that it is off the middle between them.
        stand_stiffness: Fraction of the body's distance from that middle that the legs' springs
            resist.
        squat_pitch_rad_m: Forward lean for each metre that the base sinks: upright, the ankles
            reach the end of their range in a squat.
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
