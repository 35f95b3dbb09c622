"""This project's sides of the comparison with EnvPool: bodies, with and without the gait, noise."""

import dataclasses
from typing import Any

from drive2walk.envs.terrain.plane import FLAT
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics, training_physics
from drive2walk.envs.walking.randomization import RandomizationConfig
from drive2walk.locomotion.studies.compare import RL_ALONE_JOINT_SCALE
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.locomotion.walking.controller import TrainedPolicy, WalkingController
from drive2walk.robot.model import invisible_body
from drive2walk.robot.spec import RobotSpec, load_robot
from tests.benchmarks.equal_training import JUDGED_ENVS, Marks, train_and_judge
from tests.benchmarks.vec_env_speed import steps_per_s

# EnvPool's steps.
SIM_DT_S, DECIMATION = 0.002, 10
# The commands and pushes of envpool_walking.CONDITIONS, for training and for judging.
CONDITIONS = WalkingConfig(
    push_m_s=0.5,
    push_interval_s=(3.0, 7.0),
    command_interval_s=(10.0, 10.0),
    vx_m_s=(-0.5, 1.0),
    vy_m_s=(-0.3, 0.3),
    wz_rad_s=(-0.7, 0.7),
)
# The default noise of EnvPool's task.
NOISE = RandomizationConfig(
    joint_noise_rad=0.03,
    joint_rate_noise_rad_s=1.5,
    tilt_noise_rad=0.05,
    gyro_noise_rad_s=0.2,
)
LONGER_THAN_JUDGED_S = 1000.0


@dataclasses.dataclass(frozen=True)
class Side:
    """One way of training this project's legs.

    Attributes:
        name: Name in the table.
        full: Whether the robot has every joint, in 10 steps of 2 ms, instead of the training body
            in 2 steps of 10 ms.
        follows_gait: Whether the policy corrects the gait, instead of moving the legs by itself.
        num_envs: Number of robots.
    """

    name: str
    full: bool
    follows_gait: bool
    num_envs: int


SIDES = (
    Side("full body, RL alone", True, False, 64),
    Side("full body, gait + RL", True, True, 64),
    Side("training body, RL alone", False, False, 512),
    Side("training body, gait + RL", False, True, 512),
)


def equal_config(config: WalkingTraining, num_envs: int) -> WalkingTraining:
    """Return the config for another number of robots, with as many samples in an update."""
    steps = config.ppo.steps * config.num_envs // num_envs
    ppo = dataclasses.replace(config.ppo, steps=steps)
    return dataclasses.replace(config, num_envs=num_envs, ppo=ppo)


def measure_side(
    side: Side, config: WalkingTraining, noise: bool, seed: int, marks: Marks
) -> dict[str, Any]:
    """Return the speed of a side, and what its training comes to."""
    config = equal_config(config, side.num_envs)
    if not side.follows_gait:
        joints = tuple(RL_ALONE_JOINT_SCALE * value for value in config.residual.joints_rad)
        residual = dataclasses.replace(config.residual, joints_rad=joints)
        config = dataclasses.replace(config, follows_gait=False, residual=residual)
    errors = NOISE if noise else RandomizationConfig()
    config = dataclasses.replace(
        config, walking=dataclasses.replace(CONDITIONS, randomization=errors)
    )
    spec = load_robot(config.robot)
    physics = full_physics(spec) if side.full else training_physics(spec)
    env = build_side(config, spec, physics, seed)
    lasting = dataclasses.replace(
        config,
        num_envs=JUDGED_ENVS,
        walking=dataclasses.replace(config.walking, episode_s=LONGER_THAN_JUDGED_S),
    )
    speed = steps_per_s(env)
    return {
        "side": side.name,
        "worlds": side.num_envs,
        "control_steps_per_s": speed,
        "physics_steps_per_s": speed * physics.decimation,
        "judged": train_and_judge(
            config, env, lambda: build_side(lasting, spec, physics, seed + 1), seed, marks
        ),
    }


def full_physics(spec: RobotSpec) -> Physics:
    """Return the full body in EnvPool's steps."""
    body = invisible_body(spec)
    FLAT.add_to(body)
    body.option.timestep = SIM_DT_S
    return Physics(body.compile(), DECIMATION, FLAT)


def build_side(
    config: WalkingTraining, spec: RobotSpec, physics: Physics, seed: int
) -> WalkingVecEnv:
    """Return the robots of a side."""
    walking = WalkingEnv(
        spec,
        physics,
        config.walking,
        config.num_envs,
        num_threads=config.num_threads,
        seed=seed,
    )
    policy = TrainedPolicy(follows_gait=config.follows_gait)
    controller = WalkingController(spec, config.gait, config.residual, policy)
    return WalkingVecEnv(walking, controller, config.rewards, seed + 1)
