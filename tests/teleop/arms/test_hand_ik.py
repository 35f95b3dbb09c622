import dataclasses

import mujoco
import numpy as np
import pytest

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_from_axis_angle,
    quat_multiply,
    quat_rotate_inverse,
)
from drive2walk.robot.model import full_body, upper_body
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.arms.hand_ik import HandIK
from drive2walk.teleop.arms.motion_limits import MotionLimits
from drive2walk.teleop.operator.operator_input import HandInput

SPEC = load_robot("unitree_g1")
DOWN = np.array([0.0, 0.0, -1.0])
OPEN = HandInput()


def held(position: Array, orientation: Array | None = None) -> HandInput:
    quat = np.array([1.0, 0.0, 0.0, 0.0]) if orientation is None else orientation
    return HandInput(True, position, quat)


def move(
    arms: HandIK, left: Array, right: Array, seconds: float = 1.5, gravity: Array = DOWN
) -> Array:
    """Engage both clutches at the operator's origin and move the hands away in a line."""
    steps = round(seconds / CONTROL_DT_S)
    out = np.zeros(0)
    for step in range(steps):
        fraction = min(1.0, 1.5 * step / steps)
        out = arms.step((held(fraction * left), held(fraction * right)), gravity)
    return out


def test_hands_move_as_far_as_the_operator_s_hands() -> None:
    arms = HandIK(SPEC)
    before = [arms.hand(k) for k in range(2)]
    left, right = np.array([0.2, 0.05, 0.15]), np.array([0.15, -0.05, 0.2])
    move(arms, left, right)
    for index, way in enumerate((left, right)):
        hand = arms.hand(index)
        assert hand.position - before[index].position == pytest.approx(way, abs=1e-3)
        assert abs(hand.quat @ before[index].quat) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("name", ["unitree_h1", "booster_t1"])
def test_arms_with_four_joints_bring_the_hand_near_its_target(name: str) -> None:
    arms = HandIK(load_robot(name))
    before = arms.hand(0).position
    move(arms, np.array([0.1, 0.0, 0.05]), np.zeros(3))
    moved = arms.hand(0).position - before
    # Four joints can't keep the orientation too, so the hand falls short.
    assert 0.07 < moved[0] < 0.15
    assert abs(moved[1]) < 0.03
    assert np.isfinite(arms.mass_shift).all()


def test_a_hand_turns_as_the_operator_s_hand() -> None:
    arms = HandIK(SPEC)
    move(arms, np.array([0.2, 0.0, 0.2]), np.zeros(3))
    before = arms.hand(0)
    turn = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), np.array(0.4))
    arms.step((OPEN, OPEN), DOWN)
    arms.step((held(np.ones(3)), OPEN), DOWN)
    for _ in range(60):
        arms.step((held(np.ones(3), turn), OPEN), DOWN)
    after = arms.hand(0)
    assert abs(after.quat @ quat_multiply(turn, before.quat)) == pytest.approx(1.0, abs=1e-3)
    assert after.position == pytest.approx(before.position, abs=3e-3)


def test_nothing_jumps_when_a_clutch_engages_far_away() -> None:
    arms = HandIK(SPEC)
    before = arms.step((OPEN, OPEN), DOWN)
    far = held(np.array([5.0, -3.0, 2.0]), quat_from_axis_angle(DOWN, np.array(1.0)))
    assert arms.step((far, far), DOWN) == pytest.approx(before, abs=1e-3)


def test_a_hand_with_an_open_clutch_stays() -> None:
    arms = HandIK(SPEC)
    move(arms, np.array([0.1, 0.0, 0.1]), np.zeros(3))
    before = arms.hand(0).position
    for step in range(40):
        arms.step((dataclasses.replace(OPEN, position=np.full(3, 0.1 * step)), OPEN), DOWN)
    assert arms.hand(0).position == pytest.approx(before, abs=2e-3)


def test_hands_stay_within_reach_of_their_shoulders_and_joints_within_their_limits() -> None:
    limits = MotionLimits()
    arms = HandIK(SPEC, limits)
    previous = arms.step((OPEN, OPEN), DOWN)
    model = upper_body(SPEC).compile()
    ranges = np.array([model.joint(name).range for name in SPEC.upper_joint_names])
    way = np.array([2.0, 0.5, 1.0])
    for step in range(150):
        targets = arms.step((held(0.02 * step * way), held(0.02 * step * way)), DOWN)
        # Joints may turn at arm_rad_s; the compensation of gravity adds a little.
        assert np.abs(targets - previous).max() < 1.2 * limits.arm_rad_s * CONTROL_DT_S
        previous = targets
    assert (targets > ranges[:, 0] - 0.15).all()
    assert (targets < ranges[:, 1] + 0.15).all()
    shoulder = np.array([0.0, 0.1, 0.29])
    assert np.linalg.norm(arms.hand(0).position - shoulder) < limits.reach_m + 0.1


def test_hands_that_move_together_do_not_collide() -> None:
    arms = HandIK(SPEC)
    move(arms, np.array([0.25, 0.0, 0.2]), np.array([0.25, 0.0, 0.2]))
    arms.step((OPEN, OPEN), DOWN)
    targets = move(arms, np.array([0.0, -0.4, 0.0]), np.array([0.0, 0.4, 0.0]))
    model = upper_body(SPEC).compile()
    data = mujoco.MjData(model)
    for name, angle in zip(SPEC.upper_joint_names, targets, strict=True):
        data.joint(name).qpos = angle
    mujoco.mj_kinematics(model, data)
    shapes = [
        [g for g in range(model.ngeom) if model.geom_bodyid[g] == model.body(body).id]
        for body in SPEC.hands.bodies
    ]
    line = np.zeros(6)
    distance = min(
        mujoco.mj_geomDistance(model, data, a, b, 1.0, line) for a in shapes[0] for b in shapes[1]
    )
    # Targets include the compensation of gravity, so they may overlap a little. Without the
    # limit, the hands would pass through each other by much more.
    assert distance > -0.005


def test_a_rocking_pelvis_does_not_rock_the_hands() -> None:
    arms = HandIK(SPEC)
    move(arms, np.array([0.2, 0.0, 0.2]), np.array([0.2, 0.0, 0.2]))
    before = arms.hand(0)
    tilt = quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), np.array(0.1))
    gravity = quat_rotate_inverse(tilt, DOWN)
    for _ in range(40):
        arms.step((OPEN, OPEN), gravity)
    after = arms.hand(0)
    assert after.position == pytest.approx(before.position, abs=2e-3)
    assert abs(after.quat @ before.quat) == pytest.approx(1.0, abs=1e-3)


def test_the_right_hand_mirrors_the_left() -> None:
    arms = HandIK(SPEC)
    move(arms, np.array([0.2, 0.1, 0.2]), np.array([0.2, -0.1, 0.2]))
    left, right = arms.hand(0), arms.hand(1)
    assert left.position * [1, -1, 1] == pytest.approx(right.position, abs=2e-3)


def test_the_mass_shift_is_that_of_the_full_model() -> None:
    arms = HandIK(SPEC)
    assert np.abs(arms.mass_shift).max() < 1e-9
    targets = move(arms, np.array([0.25, 0.0, 0.2]), np.array([0.25, 0.0, 0.2]))
    model = full_body(SPEC).compile()
    data = mujoco.MjData(model)
    masses = []
    for upper in (SPEC.home_qpos[SPEC.num_leg_joints :], targets):
        joints = [*SPEC.home_qpos[: SPEC.num_leg_joints], *upper]
        for name, angle in zip(SPEC.joint_names, joints, strict=True):
            data.joint(name).qpos = angle
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        masses.append(data.subtree_com[0][:2].copy())
    assert masses[1][0] - masses[0][0] > 0.02
    # The targets are a little above the intended angles, to compensate for gravity.
    assert arms.mass_shift == pytest.approx(masses[1] - masses[0], abs=2e-3)


def test_an_absolute_pose_is_reached_without_a_jump() -> None:
    arms = HandIK(SPEC)
    start = arms.hand(1)
    turn = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), np.array(0.3))
    place, quat = start.position + np.array([0.1, 0.0, 0.1]), quat_multiply(turn, start.quat)
    given = HandInput(True, place, quat, absolute=True)
    limits = MotionLimits()
    ways, positions = [], [start.position]
    for _ in range(100):
        arms.step((OPEN, given), DOWN)
        ways.append(np.linalg.norm(arms.goals[1].position - place))
        positions.append(arms.goals[1].position)
    longest = np.linalg.norm(np.diff(positions, axis=0), axis=1).max()
    assert longest == pytest.approx(limits.approach_m_s * CONTROL_DT_S)
    assert ways[0] == pytest.approx(np.linalg.norm([0.1, 0.1]))
    assert ways[-1] == pytest.approx(0.0, abs=1e-9)
    assert abs(arms.goals[1].quat @ quat) == pytest.approx(1.0, abs=1e-9)
    assert arms.hand(1).position == pytest.approx(place, abs=2e-3)


def test_an_absolute_pose_that_moves_is_followed_at_its_own_speed() -> None:
    arms = HandIK(SPEC)
    start = arms.hand(0)
    for step in range(40):
        place = start.position + np.array([0.01 * step, 0.0, 0.0])
        arms.step((HandInput(True, place, start.quat, absolute=True), OPEN), DOWN)
        assert arms.goals[0].position == pytest.approx(place, abs=1e-9)


def test_a_disturbance_moves_the_hand_and_not_its_goal() -> None:
    arms = HandIK(SPEC)
    start = arms.hand(0).position
    given = (held(np.zeros(3)), held(np.zeros(3)))
    disturbance = np.array([[0.03, 0.0, 0.02], [0.0, 0.0, 0.0]])
    for _ in range(60):
        arms.step(given, DOWN, disturbance)
    assert arms.goals[0].position == pytest.approx(start, abs=1e-9)
    assert arms.hand(0).position - start == pytest.approx(disturbance[0], abs=2e-3)
    for _ in range(60):
        arms.step(given, DOWN)
    assert arms.hand(0).position == pytest.approx(start, abs=2e-3)


def test_arms_that_start_in_a_posture_stay_there_and_go_home_when_they_are_asked_to() -> None:
    legs = len(SPEC.leg_joint_names)
    home = SPEC.home_qpos[legs:]
    moved = HandIK(SPEC)
    move(moved, np.array([0.1, 0.1, 0.1]), np.array([0.1, -0.1, 0.1]))
    posture = moved._configuration.q[moved._indices]
    arms = HandIK(SPEC)
    at_home = [arms.hand(k).position for k in range(2)]
    arms.reset(posture)
    for index in range(2):
        assert arms.hand(index).position == pytest.approx(moved.hand(index).position)
    shifts = [at_home[k] - arms.hand(k).position for k in range(2)]
    move(arms, shifts[0], shifts[1], seconds=3.0)
    # The elbows come home as well, because the preferred posture is home and not the start.
    assert arms._configuration.q[arms._indices] == pytest.approx(home, abs=0.15)
