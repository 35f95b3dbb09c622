"""Faults hold actions and freeze images for half a second, at times fixed by the seed."""

import dataclasses
import itertools

import numpy as np
import pytest

from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.devices.robot_observation import RobotObservation
from drive2walk.teleop.imitation.evaluation.faults import (
    EVERY_S,
    LENGTH_S,
    FaultTimes,
    HeldDevice,
    freeze_camera,
)
from drive2walk.teleop.operator.operator_input import OperatorInput

STEPS = round(3 * EVERY_S / CONTROL_DT_S)
TIMES = [k * CONTROL_DT_S for k in range(STEPS)]


def test_faults_last_half_a_second_and_begin_once() -> None:
    times = FaultTimes(4)
    faulty = np.array([times.is_faulty(t) for t in TIMES])
    begins = np.array([times.begins(t) for t in TIMES])
    assert begins.sum() in (2, 3)
    assert faulty.sum() * CONTROL_DT_S == pytest.approx(begins.sum() * LENGTH_S, abs=0.5)
    assert not faulty[: round(2.0 / CONTROL_DT_S)].any()
    assert [FaultTimes(4).is_faulty(t) for t in TIMES] == faulty.tolist()


class Counter:
    """A device whose base command counts its readings."""

    def __init__(self) -> None:
        self.count = 0

    def read(self) -> OperatorInput:
        self.count += 1
        base = np.array([0.001 * self.count, 0, 0, 0.7])
        return OperatorInput(self.count * CONTROL_DT_S, base)

    def close(self) -> None:
        pass


def test_a_held_action_is_fresh_but_the_same() -> None:
    device, times = HeldDevice(Counter(), FaultTimes(4)), FaultTimes(4)
    given = [device.read() for _ in range(STEPS)]
    for before, now in itertools.pairwise(given):
        assert before is not None and now is not None
        assert now.time_s == pytest.approx(before.time_s + CONTROL_DT_S)
        assert (now.base[0] == before.base[0]) == times.is_faulty(now.time_s)


def test_a_frozen_camera_still_feels() -> None:
    feels = Proprioception(np.zeros(1), np.zeros(1), np.zeros(3), np.zeros(3))
    now = [RobotObservation(0.0, np.zeros((1, 1, 3), np.uint8), feels, np.zeros(0), "lift")]
    observe = freeze_camera(lambda: now[0], FaultTimes(4))
    for k in range(STEPS):
        image = np.full((1, 1, 3), k % 256, np.uint8)
        now[0] = dataclasses.replace(now[0], time_s=TIMES[k], image=image)
        seen = observe()
        assert seen.time_s == TIMES[k]
        fresh = bool((seen.image == image).all())
        assert fresh or FaultTimes(4).is_faulty(TIMES[k])
    assert not fresh or not FaultTimes(4).is_faulty(TIMES[-1])
