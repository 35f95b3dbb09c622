"""Faults under which a policy is evaluated: held actions, a frozen camera, pushes, other light."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.devices.robot_observation import Observe, RobotObservation
from drive2walk.teleop.operator.operator_input import OperatorInput

FaultName = Literal["none", "hold", "freeze", "push", "light"]
FAULTS: tuple[FaultName, ...] = ("none", "hold", "freeze", "push", "light")
# Length of a held action and of a frozen camera, and the time from one fault to the next.
LENGTH_S, EVERY_S = 0.5, 6.0
PUSH_M_S = 0.5
# Range of the factor by which other light is brighter.
LIGHT_RANGE = (0.5, 1.5)


class FaultTimes:
    """Random times of faults, fixed by a seed.

    Args:
        seed: Seed of the episode.
    """

    def __init__(self, seed: int) -> None:
        self._start_s = float(np.random.default_rng([seed, 31]).uniform(2.0, EVERY_S))

    def is_faulty(self, time_s: float) -> bool:
        """Return whether a fault of ``LENGTH_S`` lasts at a time."""
        since = time_s - self._start_s
        return since >= 0 and since % EVERY_S < LENGTH_S

    def begins(self, time_s: float) -> bool:
        """Return whether a fault begins in the control step that ends at a time."""
        return self.is_faulty(time_s) and not self.is_faulty(time_s - CONTROL_DT_S)


class HeldDevice:
    """A device whose input is held for half a second now and then.

    Args:
        device: The device.
        times: Times of the faults.
    """

    def __init__(self, device: Device, times: FaultTimes) -> None:
        self._device, self._times = device, times
        self._held: OperatorInput | None = None

    def read(self) -> OperatorInput | None:
        """Return the input of the device, or the held one."""
        given = self._device.read()
        if given is None:
            return None
        if not self._times.is_faulty(given.time_s) or self._held is None:
            self._held = given
        return dataclasses.replace(self._held, time_s=given.time_s)

    def close(self) -> None:
        """Close the device."""
        self._device.close()


def freeze_camera(observe: Observe, times: FaultTimes) -> Observe:
    """Return ``observe`` with a camera whose image is frozen for half a second now and then."""
    held: list[RobotObservation] = []

    def observe_frozen() -> RobotObservation:
        seen = observe()
        if not times.is_faulty(seen.time_s) or not held:
            held[:] = [seen]
        return dataclasses.replace(seen, image=held[0].image)

    return observe_frozen


def push_base(world: TaskWorld, seed: int) -> None:
    """Give the pelvis a velocity of ``PUSH_M_S`` in a random horizontal direction."""
    rng = np.random.default_rng([seed, round(world.time_s / CONTROL_DT_S)])
    angle = rng.uniform(0, 2 * np.pi)
    at = world.model.jnt_dofadr[world.model.body("robot/" + world.spec.pelvis).jntadr[0]]
    world.data.qvel[at : at + 2] += PUSH_M_S * np.array([np.cos(angle), np.sin(angle)])


def change_light(world: TaskWorld, seed: int) -> None:
    """Make all lights of the world brighter or darker by one random factor."""
    factor = float(np.random.default_rng([seed, 32]).uniform(*LIGHT_RANGE))
    model = world.model
    model.light_diffuse[:] = np.clip(factor * model.light_diffuse, 0, 1)
    model.light_ambient[:] = np.clip(factor * model.light_ambient, 0, 1)
    model.vis.headlight.diffuse[:] = np.clip(factor * model.vis.headlight.diffuse, 0, 1)
    model.vis.headlight.ambient[:] = np.clip(factor * model.vis.headlight.ambient, 0, 1)
