import numpy as np
import pytest

from drive2walk.checkpoints.released import policy_path
from drive2walk.envs.walking.physics import Physics, training_physics
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.from_policy import controller_from_policy
from drive2walk.robot.spec import RobotSpec, load_robot


@pytest.fixture(scope="session")
def spec() -> RobotSpec:
    return load_robot("unitree_g1")


@pytest.fixture(scope="session")
def physics(spec: RobotSpec) -> Physics:
    return training_physics(spec)


@pytest.fixture(scope="session")
def gait_alone(spec: RobotSpec) -> WalkingController:
    """The controller without a policy."""
    return WalkingController(spec, GaitParameters(), ResidualParameters())


@pytest.fixture(scope="session")
def released() -> WalkingController:
    """The controller with the released policy."""
    return controller_from_policy(Policy.load(policy_path("unitree_g1")))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
