"""Each reward term by itself: a robot is disturbed, and the term must say so.

The expected values come from the simulator's state and from arithmetic, not from the code of the
terms.
"""

import dataclasses

import mujoco
import numpy as np
import pytest

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.locomotion.estimation.odometry import MEAN_TIME_CONSTANT_S
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.ppo import build_env
from drive2walk.locomotion.training.rewards import RewardWeights
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

COUNT = 2
STILL = [0.0, 0.0, 0.0]
SIDES = ("left", "right")
FORWARD = [0.3, 0.0, 0.0]
# Episodes are long, so that none ends in a test.
QUIET = WalkingConfig(episode_s=1000.0, push_m_s=0.0, joint_noise_rad=0.0, velocity_noise=0.0)


@pytest.fixture
def env(spec: RobotSpec) -> WalkingVecEnv:
    env = build_env(WalkingTraining(num_envs=COUNT, num_threads=1, walking=QUIET), spec, 0)
    env.reset()
    env.env.hold_commands(np.tile(STILL, (COUNT, 1)))
    return env


def walk(env: WalkingVecEnv, command: list[float], steps: int = 1) -> None:
    """Reset the robots, give them a command and make control steps with zero actions.

    The command counts from the second step on.
    """
    env.reset()
    env.env.hold_commands(np.tile(command, (COUNT, 1)))
    for _ in range(1 + steps):
        step(env)


def step(env: WalkingVecEnv, action: float = 0.0) -> np.ndarray:
    """Make a control step with one value for all actions; no robot may fall."""
    env.step_async(np.full((COUNT, env.action_space.shape[0]), action))
    _, reward, ended, _ = env.step_wait()
    assert not ended.any()
    return reward


def test_every_weight_has_a_term(env: WalkingVecEnv) -> None:
    step(env)
    names = {field.name for field in dataclasses.fields(RewardWeights)}
    assert env.reward.terms.keys() == names - {"scale", "min_separation_m"}
    assert all(term.shape == (COUNT,) for term in env.reward.terms.values())


def test_the_reward_is_the_weighted_sum_of_the_terms(env: WalkingVecEnv) -> None:
    weights = RewardWeights()
    reward = step(env, action=0.1)
    total = sum(getattr(weights, name) * term for name, term in env.reward.terms.items())
    assert reward == pytest.approx(weights.scale * total, rel=1e-5)


def test_alive_is_one_in_each_step(env: WalkingVecEnv) -> None:
    step(env)
    assert env.reward.terms["alive"].tolist() == [1.0, 1.0]


def test_tilt_is_the_squared_sine_of_the_base_angle_beyond_the_lean(env: WalkingVecEnv) -> None:
    angle = 0.3
    half = np.array([np.cos(angle / 2), np.sin(angle / 2)])
    env.env.simulation.qpos[0, 3:7] = [half[0], half[1], 0, 0]  # roll
    env.env.simulation.qpos[1, 3:7] = [half[0], 0, half[1], 0]  # pitch
    step(env)
    lean = env.controller.gait.parameters.pitch_rad
    gravity = env.env.state.projected_gravity
    expected = gravity[:, 1] ** 2 + (gravity[:, 0] - np.sin(lean)) ** 2
    assert env.reward.terms["tilt"] == pytest.approx(expected)
    assert (env.reward.terms["tilt"] > 0.5 * np.sin(angle) ** 2).all()


def test_height_is_the_squared_distance_from_the_commanded_height(env: WalkingVecEnv) -> None:
    walk(env, STILL)
    usual = env.reward.terms["height"].copy()
    assert usual.max() < 0.001
    env.env.hold_commands(np.tile([*STILL, 0.6], (COUNT, 1)))
    step(env)
    plan = env._plan.height.copy()
    step(env)
    assert env.reward.terms["height"] == pytest.approx(
        (env.env.state.base_position[:, 2] - plan) ** 2, abs=2e-3
    )


def test_roll_pitch_rate_leaves_out_yaw(env: WalkingVecEnv) -> None:
    env.env.simulation.qvel[:, 5] = 3.0
    step(env)
    gyro = env.env.state.gyro
    term = env.reward.terms["roll_pitch_rate"]
    assert term == pytest.approx(gyro[:, 0] ** 2 + gyro[:, 1] ** 2)
    assert (gyro[:, 2] ** 2 > 0.1 * term).all()
    assert (term > 0.01).all()


def test_vertical_velocity_leaves_out_the_other_axes(env: WalkingVecEnv) -> None:
    env.env.simulation.qvel[0, 2] = 1.0
    env.env.simulation.qvel[1, 0] = 0.5
    step(env)
    term = env.reward.terms["vertical_velocity"]
    assert term == pytest.approx(env.env.state.base_velocity[:, 2] ** 2)
    assert term[0] > 10 * term[1]


def test_actions_are_squared_and_so_is_their_change(env: WalkingVecEnv) -> None:
    count = env.action_space.shape[0]
    step(env, action=0.1)
    assert env.reward.terms["action"] == pytest.approx([count * 0.01] * COUNT)
    step(env, action=0.3)
    assert env.reward.terms["action"] == pytest.approx([count * 0.09] * COUNT)
    assert env.reward.terms["action_change"] == pytest.approx([count * 0.04] * COUNT)


def test_torque_is_that_of_the_position_actuators(env: WalkingVecEnv) -> None:
    step(env)
    spec, state = env.controller.spec, env.env.state
    legs = spec.num_leg_joints
    stiffness, damping, limit = (
        spec.per_joint(name)[:legs] for name in ("kp", "kd", "force_limit")
    )
    targets = env.env.simulation.ctrl[:, :legs]
    torque = stiffness * (targets - state.leg_qpos) - damping * state.leg_qvel
    expected = np.square(np.clip(torque, -limit, limit)).sum(axis=1)
    assert env.reward.terms["torque"] == pytest.approx(expected)
    assert expected.min() > 1


def test_restless_counts_steps_of_a_robot_that_is_to_stand(env: WalkingVecEnv) -> None:
    walk(env, FORWARD, 30)
    assert env.reward.terms["restless"].tolist() == [0.0, 0.0]  # it is to walk
    env.env.command[:, :3] = 0
    restless = 0
    for _ in range(60):
        before = env._state
        step(env)
        still = (before.command[:, :3] == 0).all(axis=1)
        expected = (still & ~before.gait.standing).astype(float)
        assert env.reward.terms["restless"].tolist() == expected.tolist()
        restless += int(expected.sum())
    assert restless > 0
    assert expected.tolist() == [0.0, 0.0]  # it stands by now


def test_fidget_is_the_joint_motion_of_a_standing_robot(env: WalkingVecEnv) -> None:
    walk(env, STILL, 30)
    step(env)
    standing = env._state.gait.standing
    assert standing.all()
    expected = np.square(env.env.state.leg_qvel).sum(axis=1)
    assert env.reward.terms["fidget"] == pytest.approx(expected)
    walk(env, FORWARD, 10)
    assert env.reward.terms["fidget"].tolist() == [0.0, 0.0]


def test_tracking_compares_the_mean_motion_with_the_command(env: WalkingVecEnv) -> None:
    env.env.hold_commands(np.tile([0.3, 0.0, 0.2], (COUNT, 1)))
    mean = np.zeros((COUNT, 3))
    for _ in range(60):  # the command has reached the controller long before
        step(env)
        state = env.env.state
        motion = np.column_stack([state.base_velocity[:, :2], state.base_yaw_rate])
        mean += CONTROL_DT_S / MEAN_TIME_CONSTANT_S * (motion - mean)
    velocity, yaw_rate = mean[:, :2] - [0.3, 0.0], mean[:, 2] - 0.2
    terms = env.reward.terms
    squared = (velocity**2).sum(axis=1)
    assert terms["track_velocity"] == pytest.approx(np.exp(-squared / 0.25))
    assert terms["track_velocity_finely"] == pytest.approx(np.exp(-squared / 0.02))
    assert terms["track_yaw_rate"] == pytest.approx(np.exp(-(yaw_rate**2) / 0.1))
    assert terms["track_yaw_rate_finely"] == pytest.approx(np.exp(-(yaw_rate**2) / 0.01))
    assert (terms["track_velocity_finely"] < 0.9 * terms["track_velocity"]).all()


def test_slip_is_the_speed_of_both_feet_when_a_standing_robot_is_shifted(
    env: WalkingVecEnv,
) -> None:
    walk(env, STILL, 10)
    resting = env.reward.terms["slip"].copy()
    env.env.simulation.qpos[0, 1] += 0.01  # both feet move by 1 cm in a control step
    step(env)
    moved = env.reward.terms["slip"]
    assert moved[0] - resting[0] == pytest.approx(2 * 0.01 / CONTROL_DT_S, rel=0.25)
    assert moved[1] < 0.2


def test_schedule_is_one_for_a_robot_that_stands_on_both_feet(env: WalkingVecEnv) -> None:
    walk(env, STILL, 30)
    assert env.reward.terms["schedule"].tolist() == [1.0, 1.0]
    env.env.simulation.qpos[0, 2] += 0.05  # in the air
    step(env)
    assert env.reward.terms["schedule"].tolist() == [-1.0, 1.0]


def test_foothold_counts_at_the_end_of_a_step_only(env: WalkingVecEnv) -> None:
    walk(env, FORWARD)
    late = early = 0
    for _ in range(40):
        # The phase that belongs to the step that is made now.
        gait, plan = env._state.gait, env._plan
        step(env)
        term = env.reward.terms["foothold"]
        assert (term[gait.phase <= 0.85] == 0).all()
        assert plan is not None
        late += int((term > 0).sum())
        early += int((gait.phase <= 0.85).sum())
    assert late > 0
    assert early > late


def test_edge_is_zero_on_flat_ground_and_the_step_height_over_an_edge(
    env: WalkingVecEnv, spec: RobotSpec
) -> None:
    walk(env, FORWARD, 10)
    assert env.reward.terms["edge"].tolist() == [0.0, 0.0]
    rough = build_env(
        WalkingTraining(num_envs=COUNT, num_threads=1, terrain="rough", walking=QUIET), spec, 0
    )
    rough.reset()
    rough.env.hold_commands(np.tile(FORWARD, (COUNT, 1)))
    edges = []
    for _ in range(10):
        step(rough)
        edges.append(rough.reward.terms["edge"].copy())
    assert np.max(edges) > 0.002
    assert np.max(edges) < 0.15
    assert np.min(edges) >= 0


def _move_joint(env: WalkingVecEnv, names: list[str], angles: list[float]) -> None:
    """Turn leg joints of the first robot."""
    model = env.env.physics.model
    for name, angle in zip(names, angles, strict=True):
        env.env.simulation.qpos[0, int(model.joint(name).qposadr[0])] += angle


def _read_feet(env: WalkingVecEnv) -> np.ndarray:
    """Return the feet's rotation matrices in the world by MuJoCo, (COUNT, 2, 3, 3)."""
    model = env.env.physics.model
    data = mujoco.MjData(model)
    feet = []
    for qpos in env.env.simulation.qpos:
        data.qpos[:] = qpos
        mujoco.mj_kinematics(model, data)
        feet.append([data.body(f"{side}_ankle_roll_link").xmat.copy() for side in SIDES])
    return np.array(feet).reshape(COUNT, 2, 3, 3)


def test_sole_tilt_is_the_squared_slope_of_a_turned_ankle(env: WalkingVecEnv) -> None:
    env.env.simulation.qpos[:, 2] += 0.3  # in the air, so that the ground doesn't turn the foot
    _move_joint(env, ["left_ankle_pitch_joint"], [0.4])
    step(env)
    slope = _read_feet(env)[..., 2, :2]  # the vertical's part in the plane of each sole
    term = env.reward.terms["sole_tilt"]
    assert term == pytest.approx(np.square(slope).sum(axis=(1, 2)))
    assert term[0] > 0.05


def test_foot_yaw_is_the_squared_yaw_of_both_feet(env: WalkingVecEnv) -> None:
    env.env.simulation.qpos[:, 2] += 0.3
    _move_joint(env, ["left_hip_yaw_joint", "right_hip_yaw_joint"], [0.3, -0.3])
    step(env)
    forward = _read_feet(env)[..., 0]
    yaw = np.arctan2(forward[..., 1], forward[..., 0]) - env.env.state.base_yaw_rad[:, None]
    term = env.reward.terms["foot_yaw"]
    assert term == pytest.approx(np.square(yaw).sum(axis=1))
    assert term[0] > 0.02


def test_separation_is_the_distance_that_feet_are_too_close(env: WalkingVecEnv) -> None:
    env.env.simulation.qpos[:, 2] += 0.3
    _move_joint(env, ["left_hip_roll_joint", "right_hip_roll_joint"], [-0.12, 0.12])
    step(env)
    term = env.reward.terms["separation"]
    # Legs of 0.7 m that turn inwards by 0.12 rad each bring the feet 17 cm closer.
    assert 0.03 < term[0] < 0.16
    assert term[1] == 0
