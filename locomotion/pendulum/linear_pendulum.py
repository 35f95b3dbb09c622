"""The linear inverted pendulum: capture points and where to step.

Source: Englsberger et al., "Three-dimensional bipedal walking control based on divergent
component of motion", 2015, and Khadiv et al., "Walking control based on step timing
adaptation", 2020. Distances are measured from the stance foot, along one horizontal axis.
"""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array

GRAVITY_M_S2 = 9.81


def natural_frequency(com_height_m: Array) -> Array:
    """Return ω0 = √(g / z0) in 1/s for centres of mass at heights z0."""
    omega: Array = np.sqrt(GRAVITY_M_S2 / com_height_m)
    return omega


def capture_point(com_m: Array, velocity_m_s: Array, omega: Array) -> Array:
    """Return ξ = c + ċ/ω0 in metres: where to step to come to rest."""
    return com_m + velocity_m_s / omega


def predicted_capture_point(capture_point_m: Array, time_s: Array, omega: Array) -> Array:
    """Return ξ after ``time_s`` on a point foot at the origin: ξ e^(ω0 t)."""
    return capture_point_m * np.exp(omega * time_s)


def stride_offset(velocity_m_s: Array, step_s: float, omega: Array) -> Array:
    """Return how far ξ is ahead of the foot at the start of a step of steady walking, metres.

    Walking at v covers v·T a step, so that ξ grows from b to b + v·T: b = v·T / (e^(ω0 T) − 1).
    """
    return velocity_m_s * step_s / np.expm1(omega * step_s)


def sway_offset(width_m: Array, step_s: float, omega: Array) -> Array:
    """Return how far ξ is inside the foot at the start of a step in place, metres.

    Feet W apart take turns, so that ξ grows from b to W − b: b = W / (1 + e^(ω0 T)).
    """
    return width_m / (1 + np.exp(omega * step_s))


def phase_from_rest(step_s: float, omega: Array) -> Array:
    """Return the phase of a step in place at which ξ is midway between the feet.

    A robot that stands has ξ there, so that its first step starts at this phase: the time in
    which b e^(ω0 t) reaches W/2.
    """
    phase: Array = np.log((1 + np.exp(omega * step_s)) / 2) / (omega * step_s)
    return phase
