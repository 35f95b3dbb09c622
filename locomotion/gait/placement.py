"""Where the swing foot lands: by the capture point, within reach, on even ground."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.estimation.odometry import rotate
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.footholds import Foothold, Swing
from drive2walk.locomotion.gait.ground import Ground
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.pendulum.feet import keep_apart, pick, side_of
from drive2walk.locomotion.pendulum.linear_pendulum import (
    predicted_capture_point,
    stride_offset,
    sway_offset,
)
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound


class Placement:
    """The foot placement of one robot type.

    Args:
        parameters: The gait's numbers.
    """

    def __init__(self, parameters: GaitParameters) -> None:
        self.parameters = parameters
        self._capture_gain = np.array(parameters.capture_gain)
        self._velocity_gain = np.array(parameters.velocity_gain_s)

    def foothold(
        self, state: GaitState, tick: Tick, offset: Array, ground: Ground | None
    ) -> Foothold:
        """Return where the swing feet will stand.

        Args:
            state: The robots' steps.
            tick: Their estimate.
            offset: Addition to the footprint that balance asks for, upright frame, (N, 2) m.
            ground: The ground around them; None is level ground.
        """
        place = self.within_reach(self._balancing(state, tick) + offset, state, tick)
        if ground is None:
            return Foothold.on_level(place)
        stance = pick(tick.body.soles, state.stance)
        aim = tick.odometry.from_start_frame(state.aim) - stance[:, :2]
        side, start = side_of(1 - state.stance), lift_off(state, tick)
        return Foothold.near(place, Swing(state.phase, side, start, stance, aim), ground)

    def _balancing(self, state: GaitState, tick: Tick) -> Array:
        """Return the footprint that makes ξ continue the commanded walk, (N, 2) m."""
        p, command = self.parameters, tick.command
        side = side_of(1 - state.stance)
        # A sidestep towards the stance foot needs room to keep the feet apart.
        width = np.maximum(p.width_m, p.min_separation_m + np.abs(command[:, 1]) * p.step_s)
        left_s = (1 - state.phase) * p.step_s
        # The next step's direction: until its middle the body turns this much more.
        velocity = rotate(command[:, :2], command[:, 2] * (left_s + p.step_s / 2))
        walk = velocity * p.step_s
        walk[:, 1] += side * width
        omega = tick.omega
        ahead = p.stride_gain * stride_offset(velocity, p.step_s, omega[:, None])
        ahead[:, 1] -= side * sway_offset(width, p.step_s, omega)
        capture_point = tick.capture_point - pick(tick.body.soles, state.stance)[:, :2]
        landed = predicted_capture_point(capture_point, left_s[:, None], omega[:, None])
        slip = tick.odometry.mean_velocity[:, :2] - command[:, :2]
        return walk + self._capture_gain * (landed - ahead - walk) + self._velocity_gain * slip

    def within_reach(self, place: Array, state: GaitState, tick: Tick) -> Array:
        """Return footprints (N, 2) that the legs can reach without crossing, (N, 2) m."""
        p = self.parameters
        side = side_of(1 - state.stance)
        turn = (1.5 - state.phase) * p.step_s * tick.command[:, 2]
        yaw = np.array([pick(tick.body.foot_yaw, state.stance), turn]).T
        x = bound(place[:, 0], -p.max_stride_m, p.max_stride_m)
        y = side * np.minimum(side * place[:, 1], p.max_spread_m)
        return keep_apart(np.array([x, y]).T, side, yaw, p.min_separation_m)


def lift_off(state: GaitState, tick: Tick) -> Array:
    """Return where the swing soles lifted off, upright frame, (N, 3) m."""
    start = tick.odometry.from_start_frame(state.swing_start)
    height = pick(tick.body.soles, state.stance)[:, 2] + state.swing_rise
    return np.column_stack([start, height])
