import dataclasses

import numpy as np
import pytest

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics
from drive2walk.locomotion.estimation.odometry import BodyPose, Odometry
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.gait.stepping import GaitState
from drive2walk.locomotion.policy.symmetry import Mirror
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec

DT = 0.02


def standing(controller: WalkingController, count: int) -> Proprioception:
    """Return proprioception of robots that stand at home."""
    down = np.tile([0.0, 0.0, -1.0], (count, 1))
    zeros = np.zeros((count, 12))
    return Proprioception(np.tile(controller.home, (count, 1)), zeros, down, np.zeros((count, 3)))


def start(controller: WalkingController, stance: list[int]) -> tuple[BodyPose, Odometry, GaitState]:
    body = controller.measure(standing(controller, len(stance)))
    odometry = Odometry.start(body.soles)
    walking = np.zeros(len(stance), dtype=bool)
    return body, odometry, controller.gait.start(odometry, np.array(stance), walking)


def command_of(*planar: tuple[float, float, float]) -> np.ndarray:
    """Return commands (N, 4) at the gait's height."""
    return np.column_stack([planar, np.full(len(planar), GaitParameters().height_m)])


def unloaded(count: int) -> np.ndarray:
    """Return that the robots carry nothing, (N, 2)."""
    return np.zeros((count, 2))


def test_feet_take_turns_and_a_step_lasts_its_time(gait_alone: WalkingController) -> None:
    body, odometry, state = start(gait_alone, [0, 1])
    switches = []
    command = command_of((0.3, 0, 0), (0.3, 0, 0))
    for tick in range(200):
        after = gait_alone.gait.advanced(
            state, body, odometry, command, unloaded(2), np.ones(2), DT
        )
        if after.stance[0] != state.stance[0]:
            assert after.start_phase[0] == 0.0
            switches.append(tick)
        state = after
    assert (state.stance[0], state.stance[1]) in {(0, 1), (1, 0)}
    steps = np.diff(switches)
    assert steps.mean() * DT == pytest.approx(gait_alone.gait.parameters.step_s, abs=DT)


def test_pace_scales_the_phase(gait_alone: WalkingController) -> None:
    body, odometry, state = start(gait_alone, [0, 0])
    command = command_of((0.3, 0, 0), (0.3, 0, 0))
    after = gait_alone.gait.advanced(
        state, body, odometry, command, unloaded(2), np.array([1.0, 1.1]), DT
    )
    gained = after.phase - state.phase
    assert gained[1] == pytest.approx(1.1 * gained[0])


def test_plans_are_mirror_images_on_the_other_foot(gait_alone: WalkingController) -> None:
    body, odometry, state = start(gait_alone, [0, 1])
    command = command_of((0.4, 0.1, 0.3), (0.4, -0.1, -0.3))
    plan = gait_alone.gait.plan(state, body, odometry, command, unloaded(2), np.zeros((2, 2)))
    mirror = Mirror(state.stance, gait_alone.gait.kinematics.mirror_signs)
    seen = mirror.legs(plan.reference)
    # The model's inertias are symmetric to a tenth of a millimetre only.
    assert seen[0] == pytest.approx(seen[1], abs=2e-3)
    landing = plan.foothold.place * [[1, 1], [1, -1]]
    assert landing[0] == pytest.approx(landing[1], abs=2e-3)


def test_it_steps_further_when_falling_faster(gait_alone: WalkingController) -> None:
    body, odometry, state = start(gait_alone, [0, 0, 0])
    velocity = np.array([[0.0, 0, 0], [0.4, 0, 0], [-0.4, 0, 0]])
    falling = dataclasses.replace(odometry, velocity=velocity)
    zero = np.zeros((3, 2))
    plan = gait_alone.gait.plan(state, body, falling, command_of(*[(0, 0, 0)] * 3), zero, zero)
    still, forward, backward = plan.foothold.place[:, 0]
    assert forward - still > 0.1
    assert still - backward > 0.1


def test_feet_never_aim_closer_than_their_separation(gait_alone: WalkingController) -> None:
    body, odometry, state = start(gait_alone, [0, 1])
    hurled = dataclasses.replace(odometry, velocity=np.array([[0, 1.5, 0], [0, -1.5, 0.0]]))
    plan = gait_alone.gait.plan(
        state, body, hurled, command_of(*[(0, 0, 0)] * 2), unloaded(2), np.zeros((2, 2))
    )
    least = gait_alone.gait.parameters.min_separation_m
    # The left robot swings its right foot, which must stay on the right of the left one.
    assert plan.foothold.place[0, 1] == pytest.approx(-least)
    assert plan.foothold.place[1, 1] == pytest.approx(least)


def test_a_gait_with_a_wider_reach_steps_further(gait_alone: WalkingController) -> None:
    parameters = gait_alone.gait.parameters
    wider = dataclasses.replace(parameters, max_stride_m=0.7, max_spread_m=0.6)
    longer = WalkingController(gait_alone.spec, wider, gait_alone.residual)
    for controller, gait in ((gait_alone, parameters), (longer, wider)):
        body, odometry, state = start(controller, [1])
        hurled = dataclasses.replace(odometry, velocity=np.array([[4.0, 4.0, 0]]))
        plan = controller.gait.plan(
            state, body, hurled, command_of((0, 0, 0)), unloaded(1), np.zeros((1, 2))
        )
        assert plan.foothold.place[0] == pytest.approx([gait.max_stride_m, gait.max_spread_m])


def test_the_swing_foot_lands_where_planned(gait_alone: WalkingController) -> None:
    body, odometry, state = start(gait_alone, [0])
    late = dataclasses.replace(state, phase=np.array([0.999]), start_phase=np.array([0.0]))
    gait = gait_alone.gait
    plan = gait.plan(late, body, odometry, command_of((0, 0, 0)), unloaded(1), np.zeros((1, 2)))
    legs = gait.kinematics.forward(plan.reference)
    sole = legs.points(gait.sole_centre)[0, 1]
    expected = body.soles[0, 0, :2] + plan.foothold.place[0]
    assert sole[:2] == pytest.approx(expected, abs=2e-3)


def test_the_gait_alone_walks_and_turns_as_told(
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
    body, odometry, state = start(gait_alone, [0])
    late = dataclasses.replace(state, phase=np.array([0.999]), start_phase=np.array([0.0]))
    gait, command = gait_alone.gait, command_of((0.6, 0, 0))
    told = (late, body, odometry, command, unloaded(1), np.array([[0.25, 0.0]]))
    blind = gait.plan(*told)
    seeing = gait.plan(*told, Ahead(body.soles[0, 0, 2]))
    assert seeing.foothold.rise[0] == pytest.approx(0.1)
    assert seeing.height - blind.height == pytest.approx(0.025, abs=1e-3)
    soles = [
        gait.kinematics.forward(plan.reference).points(gait.sole_centre)[0, 1, 2]
        for plan in (blind, seeing)
    ]
    assert soles[1] - soles[0] == pytest.approx(0.1, abs=5e-3)


def test_feet_pass_each_other_at_their_distance_while_the_stance_foot_is_turned(
    gait_alone: WalkingController,
) -> None:
    state = start(gait_alone, [0])[2]
    robot = standing(gait_alone, 1)
    turned = robot.joint_qpos.copy()
    turned[0, 2] = -0.3  # the left foot's toes point at the right foot's way
    body = gait_alone.measure(dataclasses.replace(robot, joint_qpos=turned))
    stepping = gait_alone.gait._stepping
    near = np.array([[0.2, -0.05]])
    landing = stepping.within_reach(near, state, body, command_of((0, 0, 0)))[0]
    yaw = body.foot_yaw()[0, 0]
    across = np.cos(yaw) * landing[1] - np.sin(yaw) * landing[0]
    assert yaw < -0.2
    assert across == pytest.approx(-gait_alone.gait.parameters.min_separation_m)
