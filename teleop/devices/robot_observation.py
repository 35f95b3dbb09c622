"""What a robot senses at one moment: all that a policy may know of the world."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable

from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.geometry.arrays import Array, Image
from drive2walk.robot.proprioception import Proprioception

WIDTH, HEIGHT, IMAGE_HZ = 160, 120, 10.0


@dataclasses.dataclass(frozen=True)
class RobotObservation:
    """The readings of a robot's sensors, and the words of its task.

    Attributes:
        time_s: Time since the start, in seconds.
        image: Newest RGB image of the head camera, (height, width, 3) uint8.
        body: Readings of the joint encoders and the IMU.
        finger_qpos: Joint angles of the fingers, (num_fingers,) rad; (0,) for rigid hands.
        task_text: Task in words.
    """

    time_s: float
    image: Image
    body: Proprioception
    finger_qpos: Array
    task_text: str


# Returns what the robot senses now.
Observe = Callable[[], RobotObservation]


def observe_world(
    world: TaskWorld, width: int = WIDTH, height: int = HEIGHT, image_hz: float = IMAGE_HZ
) -> tuple[Camera, Observe]:
    """Return the robot's head camera, which the caller closes, and what its policy observes with.

    Observations are copies, through which the world can be neither read nor changed. The body
    is measured by the world's own sensors, with their errors.

    Args:
        world: Task whose robot observes.
        width: Width of the images, in pixels.
        height: Height of the images, in pixels.
        image_hz: Rate of the camera in simulated time, in Hz. Between two images the last one
            stays.

    Raises:
        RenderError: This machine can't render.
    """
    camera = Camera(world.model, world.head_camera, width, height)
    newest: list[tuple[float, Image]] = []

    def observe() -> RobotObservation:
        now_s = world.time_s
        # A reset turns the time back.
        if not newest or not newest[0][0] <= now_s < newest[0][0] + 1 / image_hz - 1e-6:
            newest[:] = [(now_s, camera.rgb(world.data))]
        # Copied, because the sensors keep the arrays that they give.
        image, body = newest[0][1].copy(), copy.deepcopy(world.proprioception())
        return RobotObservation(now_s, image, body, world.finger_qpos, world.task_text)

    return camera, observe
