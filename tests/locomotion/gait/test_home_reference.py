import numpy as np
import pytest

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.walking.controller import TrainedPolicy, WalkingController
from drive2walk.robot.spec import RobotSpec


def test_without_the_prior_an_idle_policy_holds_the_home_pose(
    spec: RobotSpec, physics: Physics
) -> None:
    controller = WalkingController(
        spec, GaitParameters(), ResidualParameters(), TrainedPolicy(follows_gait=False)
    )
    env = WalkingEnv(spec, physics, WalkingConfig(push_m_s=0.0), 2, num_threads=1)
    proprioception = proprioception_of(env.state)
    state = controller.start(controller.measure(proprioception), np.array([0, 1]))
    phases = []
    for _ in range(20):
        state, targets = controller.step(state, proprioception, np.array([[0.5, 0.1, 0.3]] * 2))
        phases.append(state.gait.phase[0])
        assert targets == pytest.approx(np.tile(spec.home_qpos[:12], (2, 1)))
    assert len(set(phases)) == 20  # the clock runs
