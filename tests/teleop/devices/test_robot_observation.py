"""What a device that is built with an ``Observe`` can know of the world."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import mujoco
import numpy as np
import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.devices.robot_observation import Observe, RobotObservation, observe_world
from drive2walk.teleop.operator.operator_input import OperatorInput

NUM_FINGERS = 14


class SeeingDevice:
    """A device of the simplest kind: it keeps what it observes."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self.seen: list[RobotObservation] = []

    def read(self) -> OperatorInput:
        self.seen.append(self._observe())
        return OperatorInput(self.seen[-1].time_s)

    def close(self) -> None:
        pass


@pytest.fixture
def world() -> TaskWorld:
    return build_task({"task": "sort", "seed": 1000})


@pytest.fixture
def device(world: TaskWorld) -> Iterator[SeeingDevice]:
    camera, observe = observe_world(world)
    with camera:
        yield SeeingDevice(observe)


def advance(world: TaskWorld, steps: int = 1) -> None:
    fingers = world.spec.fingers
    assert fingers is not None
    for _ in range(steps):
        world.step(world.spec.home_qpos, fingers.targets(np.zeros(2)))


def list_arrays(seen: RobotObservation) -> list[np.ndarray]:
    return [seen.image, seen.finger_qpos, *vars(seen.body).values()]


def test_an_observation_holds_an_image_the_body_and_the_words_of_the_task(
    world: TaskWorld, device: SeeingDevice
) -> None:
    advance(world)
    device.read()
    (seen,) = device.seen
    assert [field.name for field in dataclasses.fields(seen)] == [
        "time_s",
        "image",
        "body",
        "finger_qpos",
        "task_text",
    ]
    assert (seen.time_s, seen.task_text) == (world.time_s, world.task_text)
    assert (seen.image.shape, seen.image.dtype) == ((120, 160, 3), np.uint8)
    assert seen.finger_qpos.shape == (NUM_FINGERS,)
    assert type(seen.body) is Proprioception


def test_the_body_is_measured_with_the_errors_of_real_sensors(
    world: TaskWorld, device: SeeingDevice
) -> None:
    advance(world, 3)
    device.read()
    measured, expected = device.seen[-1].body, world.proprioception()
    for name, values in vars(expected).items():
        np.testing.assert_array_equal(getattr(measured, name), values)
    joints = [world.model.joint(f"robot/{name}").qposadr[0] for name in world.spec.joint_names]
    assert not np.allclose(measured.joint_qpos, world.data.qpos[joints], atol=1e-6, rtol=0)


def test_a_device_reaches_neither_the_world_nor_the_simulator(
    world: TaskWorld, device: SeeingDevice
) -> None:
    device.read()
    waiting: list[object] = [device]
    found = set()
    while waiting:
        thing = waiting.pop()
        found.add(type(thing))
        waiting += vars(thing).values() if hasattr(thing, "__dict__") else []
        waiting += thing if isinstance(thing, (list, tuple)) else []
    assert RobotObservation in found and Proprioception in found
    assert not found & {TaskWorld, mujoco.MjModel, mujoco.MjData}
    truth = [world.data.qpos, world.data.qvel, world.data.ctrl, world.data.xpos]
    for values in list_arrays(device.seen[0]):
        assert not any(np.shares_memory(values, owner) for owner in truth)


def test_what_the_sensors_do_not_show_makes_no_difference(
    world: TaskWorld, device: SeeingDevice
) -> None:
    other = build_task({"task": "sort", "seed": 1000})
    part = other.model.body("part_0")
    part.mass *= 3
    other.model.geom_friction[:] *= 0.5
    camera, observe = observe_world(other)
    with camera:
        device.read()
        for mine, others in zip(list_arrays(device.seen[0]), list_arrays(observe()), strict=True):
            np.testing.assert_array_equal(mine, others)


def test_a_changed_observation_changes_neither_the_world_nor_the_next_one(
    world: TaskWorld, device: SeeingDevice
) -> None:
    before = world.state()
    device.read()
    for values in list_arrays(device.seen[0]):
        values += 1
    device.read()
    np.testing.assert_array_equal(world.state(), before)
    for changed, fresh in zip(*map(list_arrays, device.seen), strict=True):
        assert not np.array_equal(changed, fresh)


def test_images_come_at_the_rate_and_size_that_were_asked_for(world: TaskWorld) -> None:
    camera, observe = observe_world(world, 80, 60, image_hz=25.0)
    images = []
    with camera:
        for _ in range(8):
            # The table before the robot is in view of the head camera.
            world.model.geom_rgba[:, :3] = np.random.default_rng(len(images)).random(3)
            images.append(observe().image)
            advance(world)
        assert images[0].shape == (60, 80, 3)
        changes = [not np.array_equal(a, b) for a, b in itertools.pairwise(images)]
        assert changes == [k % round(1 / (25.0 * CONTROL_DT_S)) == 1 for k in range(7)]
        world.reset()
        assert not np.array_equal(observe().image, images[-1])
