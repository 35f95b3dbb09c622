import dataclasses

import numpy as np
import pytest

from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.placement import Placement, lift_off
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception

OMEGA, T, PHASE = 3.7, 0.33, 0.4
LEFT_S = (1 - PHASE) * T
# No limits of reach, so that the footprint is the one that balance asks for.
FREE = GaitParameters(
    step_s=T, max_stride_m=9.0, max_spread_m=9.0, min_separation_m=0.16, width_m=0.21
)


def tick_at_home(controller: WalkingController, yaw_rad: float = 0.0) -> Tick:
    """Return the tick of a robot at home whose left foot is turned."""
    turned = controller.home[None].copy()
    turned[0, 2] = yaw_rad
    down = np.array([[0.0, 0.0, -1.0]])
    body = controller.measure(Proprioception(turned, 0 * turned, down, np.zeros((1, 3))))
    command = np.array([[0.0, 0.0, 0.0, controller.gait.parameters.height_m]])
    odometry = Odometry.from_rest(body.soles)
    return Tick.from_model(controller.gait.balance, body, odometry, command)


def state_of(tick: Tick, stance: int, phase: float = PHASE) -> GaitState:
    one = np.ones(1)
    return GaitState(
        phase=phase * one,
        start_phase=0 * one,
        stance=np.array([stance]),
        swing_start=np.zeros((1, 2)),
        swing_rise=0 * one,
        swing_yaw=0 * one,
        aim=np.full((1, 2), np.nan),
        standing=np.zeros(1, dtype=bool),
    )


def place_of(tick: Tick, stance: int, **changes: object) -> np.ndarray:
    """Return the footprint from the stance sole of a robot whose tick is changed."""
    changed = dataclasses.replace(tick, omega=np.array([OMEGA]), **changes)
    foothold = Placement(FREE).foothold(state_of(tick, stance), changed, np.zeros((1, 2)), None)
    return foothold.place[0]


def steady(tick: Tick, stance: int, walk: np.ndarray, width: float) -> np.ndarray:
    """Return the capture point, from the base, that lands where the steady walk wants it."""
    side = -1.0 if stance == 0 else 1.0
    ahead = FREE.stride_gain * (walk - [0, side * width]) / np.expm1(OMEGA * T)
    ahead[1] -= side * width / (1 + np.exp(OMEGA * T))
    now = (ahead + walk) * np.exp(-OMEGA * LEFT_S)
    return (now + tick.body.soles[0, stance, :2])[None]


@pytest.mark.parametrize(("stance", "side"), [(0, -1.0), (1, 1.0)])
@pytest.mark.parametrize("vy", [0.0, 0.3, -0.3])
def test_a_robot_in_its_steady_walk_keeps_its_stride(
    gait_alone: WalkingController, stance: int, side: float, vy: float
) -> None:
    tick = tick_at_home(gait_alone)
    command = np.array([[0.5, vy, 0.0, 0.739]])
    # A sidestep of 0.3 m/s needs 0.16 + 0.3 * 0.33 m between the feet, more than the usual 0.21.
    width = max(0.21, 0.16 + abs(vy) * T)
    walk = np.array([0.5 * T, vy * T + side * width])
    moving = dataclasses.replace(tick.odometry, mean_velocity=np.array([[0.5, vy, 0.0]]))
    point = steady(tick, stance, walk, width)
    place = place_of(tick, stance, command=command, odometry=moving, capture_point=point)
    assert place == pytest.approx(walk)


def test_a_robot_that_is_too_fast_steps_further_by_the_velocity_gain(
    gait_alone: WalkingController,
) -> None:
    tick = tick_at_home(gait_alone)
    command = np.array([[0.5, 0.0, 0.0, 0.739]])
    walk = np.array([0.5 * T, -0.21])
    fast = dataclasses.replace(tick.odometry, mean_velocity=np.array([[0.7, 0.1, 0.0]]))
    point = steady(tick, 0, walk, 0.21)
    place = place_of(tick, 0, command=command, odometry=fast, capture_point=point)
    assert place - walk == pytest.approx([0.03 * 0.2, 0.045 * 0.1])


def test_an_error_of_the_capture_point_is_corrected_by_the_capture_gain(
    gait_alone: WalkingController,
) -> None:
    tick = tick_at_home(gait_alone)
    command = np.array([[0.0, 0.0, 0.0, 0.739]])
    walk = np.array([0.0, -0.21])
    off = steady(tick, 0, walk, 0.21) + np.array([[0.01, 0.02]])
    grown = np.exp(OMEGA * LEFT_S)
    place = place_of(tick, 0, command=command, capture_point=off)
    assert place - walk == pytest.approx([0.9 * 0.01 * grown, 1.0 * 0.02 * grown])


def test_a_turn_points_the_next_step_where_the_body_will_face(
    gait_alone: WalkingController,
) -> None:
    tick = tick_at_home(gait_alone)
    command = np.array([[0.6, 0.0, 0.5, 0.739]])
    # Until the middle of the next step: the rest of this one and half of that.
    angle = 0.5 * (LEFT_S + T / 2)
    walk = 0.6 * T * np.array([np.cos(angle), np.sin(angle)]) + [0, -0.21]
    moving = dataclasses.replace(tick.odometry, mean_velocity=np.array([[0.6, 0.0, 0.5]]))
    point = steady(tick, 0, walk, 0.21)
    place = place_of(tick, 0, command=command, odometry=moving, capture_point=point)
    assert place == pytest.approx(walk)


def test_feet_pass_each_other_at_their_distance_while_the_stance_foot_is_turned(
    gait_alone: WalkingController,
) -> None:
    placement = gait_alone.gait.placement
    tick = tick_at_home(gait_alone, -0.3)  # its toes point at the right foot's way
    near = np.array([[0.2, -0.05]])
    landing = placement.within_reach(near, state_of(tick, 0), tick)[0]
    yaw = tick.body.foot_yaw[0, 0]
    across = np.cos(yaw) * landing[1] - np.sin(yaw) * landing[0]
    assert yaw < -0.2
    assert across == pytest.approx(-gait_alone.gait.parameters.min_separation_m)


def test_feet_pass_each_other_at_their_distance_while_the_body_turns(
    gait_alone: WalkingController,
) -> None:
    tick = tick_at_home(gait_alone)
    turning = dataclasses.replace(tick, command=np.array([[0.0, 0.0, -1.0, 0.739]]))
    near = np.array([[0.2, -0.05]])
    landing = Placement(FREE).within_reach(near, state_of(tick, 0), turning)[0]
    yaw = -1.0 * (1.5 - PHASE) * T
    across = np.cos(yaw) * landing[1] - np.sin(yaw) * landing[0]
    assert across == pytest.approx(-0.16)


def test_the_swing_foot_lifted_off_where_it_was_then_seen_from_now(
    gait_alone: WalkingController,
) -> None:
    tick = tick_at_home(gait_alone)
    state = dataclasses.replace(
        state_of(tick, 0), swing_rise=np.array([0.05]), swing_start=np.array([[0.1, -0.2]])
    )
    moved = dataclasses.replace(
        tick.odometry, position=np.array([[0.3, 0.0]]), yaw=np.array([np.pi / 2])
    )
    seen = lift_off(state, dataclasses.replace(tick, odometry=moved))[0]
    # A quarter turn to the left: a point to the right of the start lies behind now.
    assert seen[:2] == pytest.approx([-0.2, 0.2])
    assert seen[2] == pytest.approx(tick.body.soles[0, 0, 2] + 0.05)


class Edge:
    """Level ground with a step up of 10 cm at ``x`` m ahead of the base."""

    def __init__(self, x: float, level: float) -> None:
        self.x, self.level = x, level

    def height(self, points: np.ndarray) -> np.ndarray:
        return self.level + np.where(points[..., 0] >= self.x, 0.1, 0.0)


@pytest.mark.parametrize("stance", [0, 1])
def test_late_in_a_step_the_foot_keeps_its_aim_on_even_ground(
    gait_alone: WalkingController, stance: int
) -> None:
    tick = tick_at_home(gait_alone)
    sole = tick.body.soles[0, stance]
    ground = Edge(9.0, sole[2])
    placement = gait_alone.gait.placement
    early, late = (state_of(tick, stance, phase) for phase in (0.01, 0.95))
    free = placement.foothold(early, tick, np.zeros((1, 2)), ground).place
    aim = tick.odometry.to_start_frame(sole[None, :2] + free + [[0.05, 0.0]])
    kept = placement.foothold(
        dataclasses.replace(late, aim=aim), tick, free - place_late(placement, late, tick), ground
    )
    # Of all places a cell apart, the one nearest to the aim costs least.
    assert kept.place[0, 0] == pytest.approx(free[0, 0] + 0.05)


def place_late(placement: Placement, late: GaitState, tick: Tick) -> np.ndarray:
    return placement.foothold(late, tick, np.zeros((1, 2)), None).place
