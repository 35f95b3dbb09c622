import dataclasses

import numpy as np
import pytest

from drive2walk.envs.walking.arms.arm_load import ArmLoad
from drive2walk.envs.walking.arms.arm_load_config import ArmLoadConfig
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.motors import DelayedMotors
from drive2walk.envs.walking.physics import Physics, training_physics
from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.spec import RobotSpec, load_robot

QUIET = WalkingConfig(push_m_s=0.0, joint_noise_rad=0.0, velocity_noise=0.0)
ARM = ArmLoadConfig(payload_kg=2.0)


@pytest.fixture(scope="module")
def spec() -> RobotSpec:
    return load_robot("unitree_g1")


@pytest.fixture(scope="module")
def physics(spec: RobotSpec) -> Physics:
    return training_physics(spec)


def env_with(spec: RobotSpec, physics: Physics, count: int, **changes: object) -> WalkingEnv:
    config = dataclasses.replace(QUIET, **changes)  # type: ignore[arg-type]
    return WalkingEnv(spec, physics, config, count, num_threads=1)


def arm_load_of(env: WalkingEnv) -> ArmLoad:
    """Return the arms of ``env``."""
    assert isinstance(env.arms, ArmLoad)
    return env.arms


def test_by_default_robots_equal_their_model_and_sensors_are_exact(
    spec: RobotSpec, physics: Physics
) -> None:
    env = env_with(spec, physics, 2)
    assert not env.simulation.batch.expanded("body_mass")
    measured = env.sense()
    assert (measured.joint_qpos == env.state.leg_qpos).all()
    assert measured.projected_gravity == pytest.approx(env.state.projected_gravity)


def test_every_world_has_a_different_robot_within_the_bounds(
    spec: RobotSpec, physics: Physics
) -> None:
    config = RandomizationConfig(
        friction=(0.4, 1.0), torso_mass_kg=2.0, gain_fraction=0.1, strength=(0.8, 1.0)
    )
    batch = env_with(spec, physics, 50, randomization=config).simulation.batch
    model = physics.model
    torso = model.body(spec.torso).id
    mass = batch.expand("body_mass")[:, torso] - model.body_mass[torso]
    assert np.ptp(mass) > 2.0
    assert np.abs(mass).max() <= 2.0
    kp = batch.expand("actuator_gainprm")[:, :, 0] / model.actuator_gainprm[:, 0]
    assert kp.min() >= 0.9
    assert kp.max() <= 1.1
    bias = -batch.expand("actuator_biasprm")[:, :, 1] / batch.expand("actuator_gainprm")[:, :, 0]
    assert bias == pytest.approx(np.ones_like(bias))
    limit = batch.expand("actuator_forcerange")[..., 1] / model.actuator_forcerange[:, 1]
    assert 0.8 <= limit.min() < 0.9


def test_links_have_masses_of_their_own_and_the_torso_keeps_its_one(
    spec: RobotSpec, physics: Physics
) -> None:
    config = RandomizationConfig(link_mass_fraction=0.1, torso_mass_kg=1.0)
    batch = env_with(spec, physics, 50, randomization=config).simulation.batch
    model = physics.model
    links = [i for i in range(model.nbody) if model.body_mass[i] > 0]
    links.remove(model.body(spec.torso).id)
    scale = batch.expand("body_mass")[:, links] / model.body_mass[links]
    assert 0.9 <= scale.min() < 0.92
    assert 1.08 < scale.max() <= 1.1
    assert (np.ptp(scale, axis=1) > 0.05).all()  # not one factor for the whole robot
    inertia = batch.expand("body_inertia")[:, links] / model.body_inertia[links]
    assert inertia == pytest.approx(np.repeat(scale[..., None], 3, axis=2))
    torso = batch.expand("body_mass")[:, model.body(spec.torso).id]
    assert np.abs(torso - model.body_mass[model.body(spec.torso).id]).max() <= 1.0
    total = batch.expand("body_subtreemass")[:, 0]
    assert total == pytest.approx(batch.expand("body_mass").sum(axis=1))


def test_payloads_add_to_mass_and_to_inertia(spec: RobotSpec, physics: Physics) -> None:
    env = env_with(spec, physics, 20, arms=ARM)
    torso = physics.model.body(spec.torso).id
    carried = arm_load_of(env)._payload.sum(axis=1)
    batch = env.simulation.batch
    gained = batch.expand("body_mass")[:, torso] - physics.model.body_mass[torso]
    assert gained == pytest.approx(carried)
    heavier = batch.expand("body_inertia")[:, torso] >= physics.model.body_inertia[torso]
    assert heavier.all()


def test_the_weight_of_a_hand_held_out_turns_the_torso(spec: RobotSpec, physics: Physics) -> None:
    env = env_with(spec, physics, 1, arms=dataclasses.replace(ARM, payload_kg=0.0))
    arms = arm_load_of(env)
    arms._wait[:] = 10**6
    arms._goal[:] = arms._home + np.array([0.3, 0, 0])
    for _ in range(200):
        arms.step()
    wrench = env.simulation.batch.bind("xfrc_applied")[0, physics.model.body(spec.torso).id]
    # Both hands 0.3 m further forward pitch the torso down, m g d each.
    assert wrench[4] == pytest.approx(2 * ARM.arm_kg * 9.81 * 0.3, rel=0.02)
    assert np.abs(wrench[:4]).max() < 0.5


def test_hands_stay_in_their_box_and_below_their_largest_acceleration(
    spec: RobotSpec, physics: Physics
) -> None:
    arms = arm_load_of(env_with(spec, physics, 30, arms=ARM))
    previous = arms._velocity.copy()
    for _ in range(300):
        arms.step()
        change = np.linalg.norm(arms._velocity - previous, axis=2) / 0.02
        assert change.max() <= ARM.max_acceleration_m_s2 + 1e-6
        previous = arms._velocity.copy()
    assert (arms._place[:, 0] > np.array(ARM.low_m) - 0.2).all()
    assert (arms._place[:, 0] < np.array(ARM.high_m) + 0.2).all()
    assert (arms._place[:, 1, 1] < 0.1).all()


def test_robots_that_carry_something_hold_it_still_in_front_of_them(
    spec: RobotSpec, physics: Physics
) -> None:
    together = dataclasses.replace(ARM, carry_probability=1.0, still_probability=0.0)
    arms = arm_load_of(env_with(spec, physics, 30, arms=together))
    for _ in range(150):
        arms.step()
    place = arms._place + arms._origin
    assert place[:, 0] == pytest.approx(place[:, 1] * [1, -1, 1])
    assert (place[:, 0, 0] > 0.05).all()
    assert (arms._payload[:, 0] == arms._payload[:, 1]).all()
    # They hold it for at least 4 s: after 3 s all hands have arrived.
    assert np.abs(arms._velocity).max() < 0.05


def test_a_reset_puts_the_hands_at_home(spec: RobotSpec, physics: Physics) -> None:
    # With loads held out as in its fall, a robot would fall again at once.
    env = env_with(spec, physics, 2, arms=ARM)
    arms = arm_load_of(env)
    for _ in range(50):
        arms.step()
    assert np.abs(arms._place - arms._home).max(axis=(1, 2)).min() > 0.05
    env.reset(np.array([1]))
    away = np.abs(arms._place - arms._home).max(axis=(1, 2))
    assert away[0] > 0.05
    assert away[1] == 0.0
    assert (arms._velocity[1] == 0).all()


def test_the_known_shift_counts_the_arms_and_not_their_payloads(
    spec: RobotSpec, physics: Physics
) -> None:
    env = env_with(spec, physics, 2, arms=ARM)
    arms = arm_load_of(env)
    level = env.state.projected_gravity[:, :2]
    level[:] = 0.0
    arms._place[0, 0] += [0.3, 0.0, 0.0]
    shift = env.arms_shift()
    # 1.8 kg of 33, 0.3 m further forward.
    assert shift == pytest.approx(np.array([[0.3 * ARM.arm_kg / 33.3, 0.0], [0.0, 0.0]]), abs=1e-3)
    arms._payload += 5.0
    assert env.arms_shift() == pytest.approx(shift)
    assert env_with(spec, physics, 2).arms_shift() is None


def test_delayed_motors_hold_their_old_targets_for_their_delay(physics: Physics) -> None:
    simulation = Simulation(physics.model, 3, 1)
    seen = []
    step = simulation.step

    def spy(count: int) -> np.ndarray:
        seen.append((count, simulation.ctrl[:, 0].tolist()))
        return step(count)

    simulation.step = spy  # type: ignore[method-assign]
    motors = DelayedMotors(slice(0, 12), np.array([0, 1, 2]))
    motors.drive(simulation, np.ones((3, 12)), 2)
    assert seen == [(1, [1, 0, 0]), (1, [1, 1, 0])]
    assert simulation.ctrl[:, 0].tolist() == [1, 1, 1]


def test_sensors_have_constant_errors_and_noise(spec: RobotSpec, physics: Physics) -> None:
    config = RandomizationConfig(encoder_offset_rad=0.05, joint_noise_rad=0.002, mount_rad=0.02)
    env = env_with(spec, physics, 40, randomization=config)
    error = [env.sense().joint_qpos - env.state.leg_qpos for _ in range(20)]
    constant = np.mean(error, axis=0)
    assert 0.02 < constant.std() < 0.04
    assert 0.0005 < np.std(error, axis=0).mean() < 0.002
    gravity = env.sense().projected_gravity
    assert np.linalg.norm(gravity, axis=1) == pytest.approx(np.ones(40))
    assert 0.005 < np.abs(gravity[:, :2]).mean() < 0.03
