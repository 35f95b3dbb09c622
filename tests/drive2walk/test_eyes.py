"""What the agent gets to see of an office, whatever size its network is fed."""

import dataclasses

import numpy as np
import pytest

from drive2walk.checkpoints.released import load_predictor
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.camera import Camera
from drive2walk.eyes import CameraEyes
from drive2walk.robot.spec import load_robot

SPEC = load_robot("unitree_g1")


@pytest.mark.parametrize("size", [(320, 256), (448, 352)])
def test_eyes_see_at_the_camera_s_own_size(size: tuple[int, int]) -> None:
    world, head = RobotWorld(SCENES["office"](1006), SPEC), SPEC.head_camera
    predictor = load_predictor("walking", SPEC)
    predictor.knowledge = dataclasses.replace(predictor.knowledge, input_size=size, enlarge=True)
    with Camera(world.model, world.head_camera, head.width, head.height) as camera:
        eyes = CameraEyes(predictor, camera)
        sight = eyes.look(world)
    for seen in (eyes.image[..., 0], sight.walkable, sight.depth_m, sight.overhanging):
        assert seen.shape == (head.height, head.width)
    assert sight.pinhole == head.pinhole
    # Its own feet stand on floor, and the ceiling is none.
    assert np.median(sight.walkable[-20:, 100:220]) > 0.5
    assert sight.walkable[:20].mean() < 0.2
