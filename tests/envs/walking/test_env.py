import numpy as np
import pytest

from drive2walk.envs.terrain.kinds import build_terrain
from drive2walk.envs.terrain.terrain import HALF_WIDTH_M
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics, training_physics, trial_physics
from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.transforms import (
    quat_from_axis_angle,
    quat_multiply,
    quat_rotate_inverse,
)
from drive2walk.robot.spec import RobotSpec, load_robot

QUIET = WalkingConfig(push_m_s=0.0, joint_noise_rad=0.0, velocity_noise=0.0)


@pytest.fixture(scope="module")
def spec() -> RobotSpec:
    return load_robot("unitree_g1")


@pytest.fixture(scope="module")
def physics(spec: RobotSpec) -> Physics:
    return training_physics(spec)


def home(spec: RobotSpec, count: int) -> np.ndarray:
    return np.tile(spec.home_qpos[:12], (count, 1))


def test_full_and_training_physics_share_the_control_rate(
    spec: RobotSpec, physics: Physics
) -> None:
    full = trial_physics(spec, "full")
    assert physics.decimation * physics.model.opt.timestep == pytest.approx(0.02)
    assert full.decimation * full.model.opt.timestep == pytest.approx(0.02)
    assert full.model.nu == 29
    assert physics.model.nu == 12 + 3  # the legs and the waist


@pytest.mark.parametrize("name", ["training", "full"])
def test_stands_on_its_soles_at_the_start(spec: RobotSpec, name: str) -> None:
    env = WalkingEnv(spec, trial_physics(spec, name), QUIET, 2, num_threads=1)
    assert env.state.leg_qpos == pytest.approx(home(spec, 2))
    for _ in range(10):
        terminated, truncated = env.step(home(spec, 2))
        assert not terminated.any()
        assert not truncated.any()
    assert env.state.base_position[:, 2] == pytest.approx(0.75, abs=0.02)


def test_the_state_is_the_motion_of_the_base(spec: RobotSpec, physics: Physics) -> None:
    env = WalkingEnv(spec, physics, QUIET, 1, num_threads=1)
    turn = quat_from_axis_angle(np.array([0, 0, 1.0]), np.array(0.8))
    tilt = quat_from_axis_angle(np.array([0, 1.0, 0]), np.array(0.2))
    quat = quat_multiply(turn, tilt)
    env.simulation.qpos[0, 3:7] = quat
    env.simulation.qvel[0, :3] = [np.cos(0.8), np.sin(0.8), 0.3]
    env.simulation.qvel[0, 3:6] = quat_rotate_inverse(quat, np.array([0, 0, 0.5]))
    state = env._body.read_state(env.simulation, np.zeros(1, dtype=bool))
    down = np.array([0, 0, -1.0])
    assert state.projected_gravity[0] == pytest.approx(quat_rotate_inverse(quat, down))
    assert state.base_velocity[0] == pytest.approx([1.0, 0.0, 0.3])
    assert state.base_yaw_rad[0] == pytest.approx(0.8)
    assert state.base_yaw_rate[0] == pytest.approx(0.5)


def test_only_the_fallen_robot_is_terminated_and_reset(spec: RobotSpec, physics: Physics) -> None:
    env = WalkingEnv(spec, physics, QUIET, 3, num_threads=1)
    env.simulation.qpos[1, 3:7] = quat_from_axis_angle(np.array([1.0, 0, 0]), np.array(1.0))
    terminated, truncated = env.step(home(spec, 3))
    assert terminated.tolist() == [False, True, False]
    assert not truncated.any()
    before = env.simulation.qpos[0].copy()
    state = env.reset(np.array([1]))
    assert state.projected_gravity[1] == pytest.approx([0, 0, -1])
    assert env.simulation.qpos[0] == pytest.approx(before, abs=0)


def test_a_world_in_which_the_physics_fails_is_terminated(
    spec: RobotSpec, physics: Physics, capfd: pytest.CaptureFixture[str]
) -> None:
    env = WalkingEnv(spec, physics, QUIET, 2, num_threads=1)
    env.simulation.qvel[0, 7] = np.nan
    terminated, _ = env.step(home(spec, 2))
    assert terminated.tolist() == [True, False]


def test_an_episode_is_truncated_after_its_length(spec: RobotSpec, physics: Physics) -> None:
    config = WalkingConfig(episode_s=0.1, push_m_s=0.0)
    env = WalkingEnv(spec, physics, config, 2, num_threads=1)
    ends = [env.step(home(spec, 2))[1].all() for _ in range(5)]
    assert ends == [False, False, False, False, True]


def test_pushes_have_their_size_and_come_at_their_times(spec: RobotSpec, physics: Physics) -> None:
    config = WalkingConfig(
        push_m_s=0.5, push_interval_s=(0.04, 0.04), velocity_noise=0, joint_noise_rad=0
    )
    env = WalkingEnv(spec, physics, config, 200, num_threads=1)
    quiet = WalkingEnv(spec, physics, QUIET, 200, num_threads=1)
    differences = []
    for _ in range(3):
        env.step(home(spec, 200))
        quiet.step(home(spec, 200))
        differences.append(env.state.base_velocity - quiet.state.base_velocity)
    assert np.abs(differences[1]).max() == 0.0
    size = np.linalg.norm(differences[2][:, :2], axis=1)
    assert size.mean() == pytest.approx(0.5, abs=0.1)
    assert np.abs(differences[2][:, :2].mean(axis=0)).max() < 0.1


def test_commands_are_in_their_ranges_and_held_ones_stay(spec: RobotSpec, physics: Physics) -> None:
    config = WalkingConfig(command_interval_s=(0.02, 0.02), push_m_s=0.0)
    env = WalkingEnv(spec, physics, config, 300, num_threads=1)
    drawn = env.command.copy()
    env.step(home(spec, 300))
    assert (drawn != env.command).any(axis=1).mean() > 0.7
    assert np.abs(env.command[:, :3]).max(axis=0) == pytest.approx([1.1, 0.35, 0.8], abs=0.05)
    assert (env.command[:, :3] == 0).all(axis=1).mean() == pytest.approx(0.1, abs=0.06)
    held = np.tile([0.3, 0.0, 0.1], (300, 1))
    env.hold_commands(held)
    env.step(home(spec, 300))
    env.reset(np.arange(300))
    assert (env.command[:, :3] == held).all()
    assert (env.command[:, 3] == config.height_m[1]).all()


def test_the_seed_fixes_the_motion_for_any_number_of_threads(
    spec: RobotSpec, physics: Physics
) -> None:
    def run(threads: int) -> np.ndarray:
        env = WalkingEnv(spec, physics, WalkingConfig(), 8, num_threads=threads, seed=3)
        for _ in range(30):
            env.step(home(spec, 8))
        return env.simulation.qpos.copy()

    assert (run(1) == run(2)).all()


def test_a_robot_at_the_rim_of_the_ground_is_truncated_and_has_not_fallen(
    spec: RobotSpec,
) -> None:
    physics = training_physics(spec, build_terrain("mixed", 0))
    env = WalkingEnv(spec, physics, QUIET, 3, num_threads=1)
    env.simulation.qpos[1, 0] = HALF_WIDTH_M - 0.5
    terminated, truncated = env.step(home(spec, 3))
    assert truncated.tolist() == [False, True, False]
    assert not terminated[[0, 2]].any()
    flat = WalkingEnv(spec, training_physics(spec), QUIET, 1, num_threads=1)
    flat.simulation.qpos[0, 0] = 100.0
    assert not flat.step(home(spec, 1))[1].any()


def test_an_error_names_a_range_with_exchanged_bounds() -> None:
    with pytest.raises(ConfigError, match=r"push_interval_s: 7\.0 is above 2\.0"):
        WalkingConfig(push_interval_s=(7.0, 2.0))
