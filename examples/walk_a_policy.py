"""Walk a policy: a released policy follows a velocity command on a street."""

from __future__ import annotations

import argparse

import numpy as np

from drive2walk.checkpoints.released import load_controller
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.robot.spec import load_robot


def main() -> None:
    """Walk for some seconds and print where the robot is and where it believes to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--robot", default="unitree_g1", help="unitree_g1, unitree_h1, booster_t1")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of the walk")
    options = parser.parse_args()

    spec = load_robot(options.robot)
    world = RobotWorld(SCENES["street"](0), spec)
    start = np.array(world.base_pose)
    legs = WalkingLegs(load_controller(options.robot), world.proprioception())
    command = np.array([0.5, 0.0, 0.0])  # vx, vy in m/s, wz in rad/s
    targets = spec.home_qpos.copy()
    for _ in range(round(options.seconds * 50)):
        targets[: spec.num_leg_joints] = legs.step(world.proprioception(), command)
        world.step(targets)
    walked_m = np.hypot(*(np.array(world.base_pose) - start)[:2])
    believed_m = np.hypot(*legs.pose[:2])
    print(f"fell: {world.fallen}, walked {walked_m:.2f} m, by odometry {believed_m:.2f} m")


if __name__ == "__main__":
    main()
