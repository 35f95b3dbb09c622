"""Run the agent: camera images and joint angles in, targets of all joints out."""

from __future__ import annotations

import argparse

from drive2walk.agent import Agent
from drive2walk.checkpoints.released import load_controller, load_predictor
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.camera import Camera
from drive2walk.eyes import CameraEyes
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.robot.spec import load_robot


def main() -> None:
    """Walk towards a point in an unseen office until the robot arrives, falls or time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="longest time of the walk")
    options = parser.parse_args()

    spec = load_robot("unitree_g1")
    head = spec.head_camera
    world = RobotWorld(SCENES["office"](1006), spec)
    legs = WalkingLegs(load_controller("unitree_g1"), world.proprioception())
    agent = Agent(spec, legs, goal=(2.0, 0.0))  # metres from the start, x forward, y left
    with Camera(world.model, world.head_camera, head.width, head.height) as camera:
        eyes = CameraEyes(load_predictor("walking", spec), camera)
        for step in range(round(options.seconds * 50)):
            if step % 5 == 0:  # 10 images a second
                agent.see(eyes.look(world), world.proprioception())
            world.step(agent.act(world.proprioception()))
            if agent.arrived or world.fallen:
                break
    print(f"arrived: {agent.arrived}, fell: {world.fallen}, after {world.time_s:.1f} s")


if __name__ == "__main__":
    main()
