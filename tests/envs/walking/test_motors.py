import numpy as np
import pytest

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.motors import SpeedLimitedMotors
from drive2walk.envs.walking.physics import trial_physics
from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.model import full_body
from drive2walk.robot.spec import RobotSpec, load_robot

QUIET = WalkingConfig(push_m_s=0.0, joint_noise_rad=0.0, velocity_noise=0.0)
KNEE = "left_knee_joint"


@pytest.fixture(scope="module")
def spec() -> RobotSpec:
    return load_robot("unitree_g1")


def kicking_robots(spec: RobotSpec, count: int = 2) -> Simulation:
    """Return robots in the air whose left knees are driven against their limits."""
    model = full_body(spec, visual=False).compile()
    model.opt.gravity[:] = 0.0
    simulation = Simulation(model, count, 1)
    simulation.qpos[:, 2] = 5.0
    return simulation


def largest_knee_speed(simulation: Simulation) -> float:
    model = simulation.model
    dof, motor = model.joint(KNEE).dofadr[0], model.actuator(KNEE).id
    largest = 0.0
    for target in (2.8, 0.0, 2.8, 0.0):
        simulation.ctrl[:, motor] = target
        for _ in range(30):
            simulation.step(1)
            largest = max(largest, float(np.abs(simulation.qvel[:, dof]).max()))
    return largest


def test_limited_knees_hardly_exceed_the_no_load_speed_and_unlimited_ones_double_it(
    spec: RobotSpec,
) -> None:
    free, limited = kicking_robots(spec), kicking_robots(spec)
    SpeedLimitedMotors(free, spec, limited=False)
    SpeedLimitedMotors(limited, spec, limited=True)
    assert largest_knee_speed(free) > 2 * 22.7
    # A step's torque is that of the speed at its start.
    assert largest_knee_speed(limited) < 1.05 * 22.7


def test_every_physics_step_is_measured(spec: RobotSpec) -> None:
    simulation = kicking_robots(spec)
    motors = SpeedLimitedMotors(simulation, spec, limited=False)
    simulation.qvel[0, simulation.model.joint(KNEE).dofadr[0]] = 30.0
    simulation.step(5)  # the knee is braked within the control step
    speeds = motors.take_speeds()
    assert speeds.largest_rad_s[0] == pytest.approx(30.0)
    # One of twelve joints, and it is that fast in the first of five steps at least.
    assert speeds.above_no_load_fraction[0] >= 1 / 12 / 5 - 1e-9
    assert speeds.above_no_load_fraction[0] < speeds.above_rated_fraction[0] <= 1 / 12
    assert speeds.above_rated_fraction[1] == 0.0
    assert motors.take_speeds().largest_rad_s.tolist() == [0.0, 0.0]


def test_the_limit_counts_within_a_call_of_many_steps(spec: RobotSpec) -> None:
    at_once, one_by_one = kicking_robots(spec, 1), kicking_robots(spec, 1)
    for simulation in (at_once, one_by_one):
        SpeedLimitedMotors(simulation, spec)
        simulation.ctrl[:, simulation.model.actuator(KNEE).id] = 2.8
    at_once.step(20)
    for _ in range(20):
        one_by_one.step(1)
    np.testing.assert_array_equal(at_once.qvel, one_by_one.qvel)


def test_weak_robots_stay_weak_after_a_fast_moment(spec: RobotSpec) -> None:
    weak = WalkingConfig(randomization=RandomizationConfig(strength=(0.5, 0.5)))
    env = WalkingEnv(spec, trial_physics(spec, "training"), weak, 1, num_threads=1)
    motors = SpeedLimitedMotors(env.simulation, spec)
    limits = env.simulation.batch.expand("actuator_forcerange")
    model = env.physics.model
    knee = model.actuator(KNEE).id
    for speed, expected in ((0.0, 139 / 2), (18.6, 139 / 4), (0.0, 139 / 2)):
        env.simulation.qvel[0, model.joint(KNEE).dofadr[0]] = speed
        motors.update()
        assert limits[0, knee, 1] == pytest.approx(expected)
