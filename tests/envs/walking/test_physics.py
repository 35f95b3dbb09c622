import mujoco
import numpy as np
import pytest

from drive2walk.envs.terrain.kinds import build_terrain
from drive2walk.envs.walking.arms.arm_motion import POSTURE_FRACTION, ArmMotion
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import BODIES, touch_sensor, trial_physics
from drive2walk.envs.walking.second_body import second_body
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.model import full_body
from drive2walk.robot.spec import RobotSpec, load_robot

QUIET = WalkingConfig(push_m_s=0.0, joint_noise_rad=0.0, velocity_noise=0.0)


@pytest.fixture(scope="module")
def spec() -> RobotSpec:
    return load_robot("unitree_g1")


@pytest.mark.parametrize("name", list(BODIES))
def test_hands_carry_payloads_in_every_physics(spec: RobotSpec, name: str) -> None:
    empty, laden = (trial_physics(spec, name, payload_kg=kg).model for kg in (0.0, 2.0))
    assert laden.body_mass.sum() - empty.body_mass.sum() == pytest.approx(4.0)
    places = []
    for model in (empty, laden):
        data = mujoco.MjData(model)
        mujoco.mj_forward(model, data)
        places.append(data.subtree_com[0])
    assert np.linalg.norm(places[1] - places[0]) > 0.005
    assert places[1][1] == pytest.approx(places[0][1], abs=1e-3)


def test_the_second_physics_differs_from_the_full_one(spec: RobotSpec) -> None:
    full, second = (body.compile() for body in (full_body(spec, visual=False), second_body(spec)))
    for option in ("timestep", "cone", "solver", "integrator"):
        assert getattr(full.opt, option) != getattr(second.opt, option)
    assert full.nu == second.nu
    assert full.body_mass.sum() == pytest.approx(second.body_mass.sum())


def test_limbs_collide_only_in_the_second_physics(spec: RobotSpec) -> None:
    touching = []
    for body in (full_body(spec, visual=False), second_body(spec)):
        model = body.compile()
        data = mujoco.MjData(model)
        data.qpos[2] = 2.0
        data.joint("left_hip_roll_joint").qpos = -0.3
        data.joint("right_hip_roll_joint").qpos = 0.3
        mujoco.mj_forward(model, data)
        touching.append(data.ncon)
    assert touching[0] == 0
    assert touching[1] > 0


@pytest.mark.parametrize("ground", ["flat", "rough"])
def test_at_home_no_limb_touches_another(spec: RobotSpec, ground: str) -> None:
    model = second_body(build_terrain(ground, 0).adapt_soles(spec)).compile()
    data = mujoco.MjData(model)
    for name, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
        data.joint(name).qpos = angle
    data.qpos[2] = 2.0
    mujoco.mj_forward(model, data)
    assert data.ncon == 0


@pytest.mark.parametrize("name", list(BODIES))
def test_standing_feet_bear_the_weight(spec: RobotSpec, name: str) -> None:
    physics = trial_physics(spec, name)
    env = WalkingEnv(spec, physics, QUIET, 1, num_threads=1)
    load = env.simulation.batch.bind("sensordata")
    home = spec.home_qpos[None, :12]
    at = [physics.model.sensor(touch_sensor(side)).adr[0] for side in ("left", "right")]
    loads = []
    for _ in range(30):
        terminated, _ = env.step(home)
        assert not terminated.any()
        loads.append(load[0, at].sum())
    weight = physics.model.body_mass.sum() * 9.81
    assert np.mean(loads) == pytest.approx(weight, rel=0.15)


def test_on_uneven_ground_a_fall_is_measured_from_the_ground(spec: RobotSpec) -> None:
    physics = trial_physics(spec, "training", build_terrain("ramps", 0))
    env = WalkingEnv(spec, physics, QUIET, 20, num_threads=1, seed=1)
    assert np.ptp(env.state.base_position[:, 2]) > 0.1
    for _ in range(10):
        terminated, _ = env.step(np.tile(spec.home_qpos[:12], (20, 1)))
        assert not terminated.any()
    env.simulation.qpos[3, 2] -= 0.3
    terminated, _ = env.step(np.tile(spec.home_qpos[:12], (20, 1)))
    assert np.flatnonzero(terminated).tolist() == [3]


def test_arms_swing_smoothly_within_a_fraction_of_the_range(spec: RobotSpec) -> None:
    model = full_body(spec, visual=False).compile()
    simulation = Simulation(model, 3, 1)
    arms = ArmMotion(simulation, spec, np.random.default_rng(0))
    names = spec.joint_names[-14:]
    actuators, path = [model.actuator(name).id for name in names], []
    for _ in range(1000):
        arms.step()
        path.append(simulation.ctrl[:, actuators].copy())
    path = np.array(path)
    limits = np.array([model.joint(name).range for name in names])
    home = spec.home_qpos[-14:]
    assert (path >= limits[:, 0]).all()
    assert (path <= limits[:, 1]).all()
    assert (np.abs(path - home) <= POSTURE_FRACTION * np.ptp(limits, axis=1) + 1e-9).all()
    speed = np.diff(path, axis=0) / 0.02
    assert 2 < np.abs(speed).max() < 8
    assert np.abs(np.diff(speed, axis=0)).max() / 0.02 < 40  # no jump
    assert np.abs(path[0] - home).max() < 0.01
    assert (path[:, 0] != path[:, 1]).any()
