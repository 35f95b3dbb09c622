import numpy as np
import pytest

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics, trial_physics
from drive2walk.locomotion.evaluation.effort import EffortMeter
from drive2walk.locomotion.evaluation.episodes import Episodes, run_episodes
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.spec import RobotSpec


def test_a_robot_that_falls_did_not_survive(
    gait_alone: WalkingController, spec: RobotSpec, physics: Physics
) -> None:
    config = WalkingConfig(episode_s=3.0, push_m_s=0.0)
    env = WalkingEnv(spec, physics, config, 4, num_threads=1)
    env.hold_commands(np.zeros((4, 3)))
    env.simulation.qvel[2, 0] = 4.0
    episodes = run_episodes(gait_alone, env)
    assert episodes.survived.tolist() == [True, True, False, True]
    assert episodes.walked_fraction[2] < 0.9
    assert np.isnan(episodes.velocity[2, -1]).all()
    assert np.isfinite(episodes.velocity[0]).all()
    assert episodes.velocity.shape == (4, 2, 3)
    assert episodes.effort is None
    twice = Episodes.from_parts([episodes, episodes])
    assert twice.survived.tolist() == [True, True, False, True] * 2


def test_the_effort_of_a_walk_of_standing_and_of_a_fall(
    gait_alone: WalkingController, spec: RobotSpec
) -> None:
    physics = trial_physics(spec, "training")
    config = WalkingConfig(episode_s=3.0, push_m_s=0.0)
    env = WalkingEnv(spec, physics, config, 3, num_threads=1)
    env.hold_commands(np.array([[0.4, 0, 0], [0.0, 0, 0], [0.4, 0, 0]]))
    env.simulation.qvel[2, 0] = 5.0  # falls at once
    effort = run_episodes(gait_alone, env, meter=EffortMeter(physics, env.simulation, spec)).effort
    assert effort is not None
    assert effort.distance_m[0] == pytest.approx(0.4 * 3, abs=0.5)
    assert effort.distance_m[1] < 0.4
    assert effort.distance_m[2] == 0.0
    transport = effort.work_per_weight_m[0] / effort.distance_m[0]
    assert 0.1 < transport < 2  # people need 0.05, humanoids with geared motors 0.2 to 3
    assert effort.standing_s[0] > 2.5  # one foot at least, almost all the time
    assert effort.slip_m[0] / effort.standing_s[0] < 0.15
    assert effort.standing_s[2] < 1
    assert effort.unevenness_m.tolist() == [0, 0, 0]


def test_the_meter_adds_up_the_slip_of_standing_feet(
    gait_alone: WalkingController, spec: RobotSpec
) -> None:
    physics = trial_physics(spec, "training")
    physics.model.geom_friction[:] = 0.01  # on ice
    env = WalkingEnv(
        spec,
        physics,
        WalkingConfig(joint_noise_rad=0.0, velocity_noise=0.0, push_m_s=0.0),
        1,
        num_threads=1,
    )
    env.simulation.qvel[0, 1] = 0.3
    meter = EffortMeter(physics, env.simulation, spec)
    start = env.state.base_position[0, 1]
    for _ in range(15):
        env.step(spec.home_qpos[None, :12])
        meter.add(np.ones(1, bool), env.state.base_yaw_rad)
    slid = env.state.base_position[0, 1] - start
    effort = meter.total()
    assert slid == pytest.approx(0.09, abs=0.02)
    assert effort.slip_m[0] / effort.standing_s[0] == pytest.approx(0.3, abs=0.06)
