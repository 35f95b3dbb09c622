import numpy as np
import pytest

from drive2walk.commands.locomotion.policies import policy_path
from envs.walking_physics import Physics, training_physics
from locomotion.controller import WalkingController
from locomotion.gait_parameters import GaitParameters
from locomotion.policy import Policy
from locomotion.policy_controller import controller_of
from locomotion.residual import ResidualParameters
from robot.spec import RobotSpec, load_robot


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
    return controller_of(Policy.load(policy_path("unitree_g1")))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
