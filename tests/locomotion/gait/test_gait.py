import dataclasses

import numpy as np
import pytest

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.gait import GaitPlan
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.policy.symmetry import swap_sides
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec

DT = 0.02
Planar = tuple[float, float, float]


def standing(controller: WalkingController, count: int) -> Proprioception:
    """Return proprioception of robots that stand at home."""
    down = np.tile([0.0, 0.0, -1.0], (count, 1))
    zeros = np.zeros((count, 12))
    return Proprioception(np.tile(controller.home, (count, 1)), zeros, down, np.zeros((count, 3)))


def start(
    controller: WalkingController,
    stance: list[int],
    commands: list[Planar],
    velocity: list[Planar] | None = None,
) -> tuple[Tick, GaitState]:
    """Return the first tick of walking robots at home, which may move at a velocity."""
    body = controller.measure(standing(controller, len(stance)))
    odometry = Odometry.from_rest(body.soles)
    if velocity is not None:
        odometry = dataclasses.replace(odometry, velocity=np.array(velocity))
    command = np.column_stack([commands, np.full(len(stance), GaitParameters().height_m)])
    tick = Tick.from_model(controller.gait.balance, body, odometry, command)
    walking = np.zeros(len(stance), dtype=bool)
    return tick, controller.gait.start(odometry, np.array(stance), walking)


def plan(controller: WalkingController, tick: Tick, state: GaitState) -> GaitPlan:
    """Return the plan of robots whose policy doesn't move their footprints."""
    return controller.gait.plan(state, tick, np.zeros((len(state.stance), 2)))


def test_feet_take_turns_and_a_step_lasts_its_time(gait_alone: WalkingController) -> None:
    tick, state = start(gait_alone, [0, 1], [(0.3, 0, 0)] * 2)
    switches = []
    for number in range(200):
        after = gait_alone.gait.advance(state, tick, np.ones(2), DT)
        if after.stance[0] != state.stance[0]:
            assert after.start_phase[0] == 0.0
            switches.append(number)
        state = after
    assert (state.stance[0], state.stance[1]) in {(0, 1), (1, 0)}
    steps = np.diff(switches)
    assert steps.mean() * DT == pytest.approx(gait_alone.gait.parameters.step_s, abs=DT)


def test_pace_scales_the_phase(gait_alone: WalkingController) -> None:
    tick, state = start(gait_alone, [0, 0], [(0.3, 0, 0)] * 2)
    gained = gait_alone.gait.advance(state, tick, np.array([1.0, 1.1]), DT).phase - state.phase
    assert gained == pytest.approx(np.array([1.0, 1.1]) * DT / GaitParameters().step_s)


def test_only_robots_whose_step_ends_change_feet(gait_alone: WalkingController) -> None:
    tick, state = start(gait_alone, [0, 0], [(0.3, 0, 0)] * 2)
    ending = dataclasses.replace(
        state, phase=np.array([0.5, 0.99]), aim=np.full((2, 2), 0.2), swing_start=np.ones((2, 2))
    )
    after = gait_alone.gait.advance(ending, tick, np.ones(2), DT)
    assert after.stance.tolist() == [0, 1]
    assert after.phase == pytest.approx([0.5 + DT / 0.33, 0.99 + DT / 0.33 - 1])
    assert np.isnan(after.aim).tolist() == [[False] * 2, [True] * 2]
    assert (after.swing_start[0] == 1.0).all()
    # The left foot lifts off where it is.
    assert after.swing_start[1] == pytest.approx(tick.body.soles[1, 0, :2])


def test_a_foot_that_lifts_off_keeps_its_place_turn_and_height(
    gait_alone: WalkingController,
) -> None:
    tick, state = start(gait_alone, [0], [(0.3, 0, 0)])
    soles = tick.body.soles.copy()
    soles[0, 0, 2] += 0.03  # The left foot, which lifts off now, is on a step.
    body = dataclasses.replace(tick.body, soles=soles, foot_yaw=np.array([[0.2, -0.1]]))
    odometry = dataclasses.replace(
        tick.odometry, yaw=np.array([0.5]), position=np.array([[1.0, 2.0]])
    )
    moved = dataclasses.replace(tick, body=body, odometry=odometry)
    ending = dataclasses.replace(state, phase=np.array([0.99]))
    after = gait_alone.gait.advance(ending, moved, np.ones(1), DT)
    assert after.swing_yaw == pytest.approx([0.7])
    assert after.swing_rise == pytest.approx([0.03])
    assert after.swing_start == pytest.approx(odometry.to_start_frame(soles[:, 0, :2]))


def test_small_differences_of_the_soles_are_level_ground(gait_alone: WalkingController) -> None:
    tick, _ = start(gait_alone, [0], [(0.3, 0, 0)])
    for rise, remembered in ((0.015, 0.0), (-0.015, 0.0), (-0.04, -0.04)):
        soles = tick.body.soles.copy()
        soles[0, 1, 2] = soles[0, 0, 2] + rise
        odometry = dataclasses.replace(tick.odometry, soles=soles)
        walking = np.zeros(1, dtype=bool)
        state = gait_alone.gait.start(odometry, np.zeros(1, dtype=int), walking)
        assert state.swing_rise == pytest.approx([remembered])


def test_a_robot_at_zero_command_stops_at_the_end_of_its_step_and_goes_on_at_a_command(
    gait_alone: WalkingController,
) -> None:
    still, state = start(gait_alone, [0, 0], [(0, 0, 0), (0.3, 0, 0)])
    # The capture point is between the feet.
    calm = dataclasses.replace(still, capture_point=still.between_feet)
    ending = dataclasses.replace(state, phase=np.array([0.99, 0.99]))
    after = gait_alone.gait.advance(ending, calm, np.ones(2), DT)
    rest = state.phase[0]
    assert after.standing.tolist() == [True, False]
    assert after.phase == pytest.approx([rest, 0.99 + DT / 0.33 - 1])
    assert after.start_phase == pytest.approx([rest, 0.0])
    waiting = gait_alone.gait.advance(after, calm, np.ones(2), DT)
    assert waiting.phase[0] == rest
    going = dataclasses.replace(calm, command=calm.command[[1, 1]])
    begun = gait_alone.gait.advance(waiting, going, np.ones(2), DT)
    assert begun.standing.tolist() == [False, False]
    assert begun.phase[0] == rest


def test_the_aim_is_the_foothold_in_the_frame_of_the_start(gait_alone: WalkingController) -> None:
    tick, state = start(gait_alone, [0], [(0.3, 0, 0)])
    odometry = dataclasses.replace(
        tick.odometry, position=np.array([[1.0, 0.0]]), yaw=np.array([np.pi / 2])
    )
    moved = dataclasses.replace(tick, odometry=odometry)
    planned = plan(gait_alone, moved, state)
    aim = gait_alone.gait.with_aim(state, moved, planned).aim[0]
    x, y = tick.body.soles[0, 0, :2] + planned.foothold.place[0]
    assert aim == pytest.approx([1.0 - y, x])


def test_plans_are_mirror_images_on_the_other_foot(gait_alone: WalkingController) -> None:
    tick, state = start(gait_alone, [0, 1], [(0.4, 0.1, 0.3), (0.4, -0.1, -0.3)])
    planned = plan(gait_alone, tick, state)
    signs = np.tile(gait_alone.gait.kinematics.mirror_signs, 2)
    seen = swap_sides(planned.reference, state.stance)
    # The model's inertias are symmetric to a tenth of a millimetre only.
    assert seen[0] == pytest.approx(seen[1] * signs, abs=2e-3)
    landing = planned.foothold.place
    assert landing[0] == pytest.approx(landing[1] * [1, -1], abs=2e-3)


def test_it_steps_further_when_falling_faster(gait_alone: WalkingController) -> None:
    velocity = [(0.0, 0, 0), (0.4, 0, 0), (-0.4, 0, 0)]
    tick, state = start(gait_alone, [0, 0, 0], [(0, 0, 0)] * 3, velocity)
    still, forward, backward = plan(gait_alone, tick, state).foothold.place[:, 0]
    assert forward - still > 0.1
    assert still - backward > 0.1


def test_feet_never_aim_closer_than_their_separation(gait_alone: WalkingController) -> None:
    tick, state = start(gait_alone, [0, 1], [(0, 0, 0)] * 2, [(0, 1.5, 0), (0, -1.5, 0.0)])
    place = plan(gait_alone, tick, state).foothold.place
    least = gait_alone.gait.parameters.min_separation_m
    # The left robot swings its right foot, which must stay on the right of the left one.
    assert place[:, 1] == pytest.approx([-least, least])


def test_a_gait_with_a_wider_reach_steps_further(gait_alone: WalkingController) -> None:
    parameters = gait_alone.gait.parameters
    wider = dataclasses.replace(parameters, max_stride_m=0.7, max_spread_m=0.6)
    longer = WalkingController(gait_alone.spec, wider, gait_alone.residual)
    for controller, gait in ((gait_alone, parameters), (longer, wider)):
        tick, state = start(controller, [1], [(0, 0, 0)], [(4.0, 4.0, 0)])
        place = plan(controller, tick, state).foothold.place
        assert place[0] == pytest.approx([gait.max_stride_m, gait.max_spread_m])


def late(state: GaitState) -> GaitState:
    """Return the state of robots at the end of a whole step."""
    return dataclasses.replace(state, phase=np.array([0.999]), start_phase=np.array([0.0]))


def test_the_swing_foot_lands_where_planned(gait_alone: WalkingController) -> None:
    tick, state = start(gait_alone, [0], [(0, 0, 0)])
    planned = plan(gait_alone, tick, late(state))
    legs = gait_alone.gait.kinematics.forward(planned.reference)
    sole = legs.points(gait_alone.gait.sole_centre)[0, 1]
    expected = tick.body.soles[0, 0, :2] + planned.foothold.place[0]
    assert sole[:2] == pytest.approx(expected, abs=2e-3)


def test_the_gait_alone_walks_and_turns_as_commanded(
    spec: RobotSpec, physics: Physics, gait_alone: WalkingController
) -> None:
    commands = np.array([[0, 0, 0], [0.3, 0, 0], [-0.2, 0, 0], [0, 0, 0.4], [0, 0, -0.4]])
    env = WalkingEnv(spec, physics, WalkingConfig(push_m_s=0.0), 5, num_threads=1)
    env.hold_commands(commands)
    body = gait_alone.measure(proprioception_of(env.state))
    state = gait_alone.start(body, np.array([0, 1, 0, 1, 0]))
    motion = []
    for _ in range(300):
        state, targets = gait_alone.step(state, proprioception_of(env.state), env.command)
        terminated, _ = env.step(targets)
        assert not terminated.any()
        motion.append(np.column_stack([env.state.base_velocity[:, :2], env.state.base_yaw_rate]))
    mean = np.mean(motion[100:], axis=0)
    assert np.abs(mean - commands).max() < 0.2


class Ahead:
    """Ground that is 10 cm higher than the soles from 15 cm ahead of the base on."""

    def __init__(self, sole_height: float) -> None:
        self.sole_height = sole_height

    def height(self, points: np.ndarray) -> np.ndarray:
        return self.sole_height + np.where(points[..., 0] > 0.15, 0.1, 0.0)


def test_it_lifts_the_foot_onto_a_step_that_it_sees_and_the_base_with_it(
    gait_alone: WalkingController,
) -> None:
    tick, state = start(gait_alone, [0], [(0.6, 0, 0)])
    gait, ahead = gait_alone.gait, np.array([[0.25, 0.0]])
    blind = gait.plan(late(state), tick, ahead)
    seeing = gait.plan(late(state), tick, ahead, Ahead(tick.body.soles[0, 0, 2]))
    assert seeing.foothold.rise[0] == pytest.approx(0.1)
    assert seeing.height - blind.height == pytest.approx(0.025, abs=1e-3)
    soles = [
        gait.kinematics.forward(planned.reference).points(gait.sole_centre)[0, 1, 2]
        for planned in (blind, seeing)
    ]
    assert soles[1] - soles[0] == pytest.approx(0.1, abs=5e-3)
