import mujoco
import numpy as np
import pytest

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import training_physics
from drive2walk.experiment.config import load_config
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.pendulum.feet import side_of
from drive2walk.locomotion.policy.symmetry import swap_sides
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.model import training_body
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import load_robot

# One for each body; what holds for one must hold for all.
FLAT = ("g1_flat", "t1_flat", "h1_flat")


@pytest.fixture(scope="module", params=FLAT)
def controller(request: pytest.FixtureRequest) -> WalkingController:
    config = load_config(WalkingTraining, request.param, CONFIGS)
    return WalkingController(load_robot(config.robot), config.gait, config.residual)


def standing(controller: WalkingController, count: int) -> Proprioception:
    down = np.tile([0.0, 0.0, -1.0], (count, 1))
    qpos = np.tile(controller.home, (count, 1))
    return Proprioception(qpos, np.zeros_like(qpos), down, np.zeros((count, 3)))


def test_sinking_moves_the_centre_of_mass_as_in_the_model(controller: WalkingController) -> None:
    gait, spec = controller.gait, controller.spec
    model = training_body(spec).compile()
    assert gait.balance.weight_n == pytest.approx(9.81 * model.body_mass.sum())
    data = mujoco.MjData(model)
    for name, angle in zip(spec.leg_joint_names, controller.home, strict=True):
        data.joint(name).qpos = angle
    mujoco.mj_forward(model, data)
    over_base = data.subtree_com[0] - data.body(spec.pelvis).xpos
    height = gait.parameters.height_m
    high, low = gait.balance.com_height(np.array([height, height - 0.1]))
    assert high == pytest.approx(height + over_base[2], abs=0.01)
    # The legs fold up towards the base, so that the whole sinks by less than the base does.
    assert 0.05 < high - low < 0.1


def test_the_swing_foot_is_on_its_side_and_plans_are_mirror_images(
    controller: WalkingController,
) -> None:
    stance = np.array([0, 1])
    body = controller.measure(standing(controller, 2))
    height = controller.gait.parameters.height_m
    command = np.array([[0.4, 0.1, 0.3, height], [0.4, -0.1, -0.3, height]])
    odometry = Odometry.from_rest(body.soles)
    tick = Tick.from_model(controller.gait.balance, body, odometry, command)
    state = controller.gait.start(odometry, stance, np.zeros(2, dtype=bool))
    plan = controller.gait.plan(state, tick, np.zeros((2, 2)))
    place = plan.foothold.place
    assert (side_of(1 - stance) * place[:, 1] >= controller.gait.parameters.min_separation_m).all()
    signs = np.tile(controller.gait.kinematics.mirror_signs, 2)
    seen = swap_sides(plan.reference, stance)
    # The models' masses and frames are symmetric to a few millimetres only.
    assert seen[0] == pytest.approx(seen[1] * signs, abs=1e-2)
    assert place[0] == pytest.approx(place[1] * [1, -1], abs=5e-3)


def test_the_gait_alone_stands_and_walks_slowly(controller: WalkingController) -> None:
    spec = controller.spec
    height = controller.gait.parameters.height_m
    commands = np.array([[0, 0, 0], [0, 0, 0], [0.2, 0, 0], [0.2, 0, 0]])
    config = WalkingConfig(push_m_s=0.0, height_m=(height, height))
    env = WalkingEnv(spec, training_physics(spec), config, 4, num_threads=1)
    env.hold_commands(commands)
    state = controller.start(controller.measure(proprioception_of(env.state)), np.arange(4) % 2)
    motion = []
    for _ in range(200):
        state, targets = controller.step(state, proprioception_of(env.state), env.command)
        terminated, _ = env.step(targets)
        assert not terminated.any()
        motion.append(env.state.base_velocity[:, :2])
    mean = np.mean(motion[75:], axis=0)
    assert np.abs(mean - commands[:, :2]).max() < 0.2
