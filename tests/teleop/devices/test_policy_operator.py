from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.spec import RobotSpec
from drive2walk.teleop.devices import policy_operator as module
from drive2walk.teleop.devices.policy_operator import PolicyOperator
from drive2walk.teleop.devices.robot_observation import Observe
from drive2walk.teleop.devices.scripted import SETTLE_STEPS
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput


class StandingPolicy:
    """Holds its clutches and stamps its inputs with a time that means nothing."""

    def __init__(self, observe: Observe, spec: RobotSpec) -> None:
        self._observe = observe
        self.closed = False

    def read(self) -> OperatorInput:
        self._observe()
        return OperatorInput(-1.0, left=HandInput(True), right=HandInput(True), events=("save",))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def world() -> TaskWorld:
    return build_task({"task": "tote", "seed": 1000})


@pytest.fixture
def operator(world: TaskWorld) -> Iterator[PolicyOperator]:
    operator = PolicyOperator(world, StandingPolicy)
    yield operator
    operator.close()
    assert operator._policy.closed


def test_it_records_from_the_first_motion_on_with_absolute_hands(operator: PolicyOperator) -> None:
    first, second, third = (operator.read() for _ in range(3))
    assert first.neutral and first.events == ()
    assert second.events == ("record",)
    assert second.left.clutch and second.left.absolute and second.right.absolute
    # The policy itself can neither save nor set the clock.
    assert third.events == () and third.time_s == operator.clock()


def test_it_saves_once_the_task_has_been_done_for_a_while(
    operator: PolicyOperator, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = iter([*[True] * 5, False, *[True] * SETTLE_STEPS])
    monkeypatch.setattr(TaskWorld, "success", lambda _: next(done))
    events = [operator.read().events for _ in range(2 + 6 + SETTLE_STEPS)]
    assert events[-1] == ("save",) and events.count(("save",)) == 1
    assert operator.succeeded


@pytest.mark.parametrize("reason", ["fall", "time"])
def test_it_discards_after_a_fall_or_too_much_time(
    reason: str, operator: PolicyOperator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.read(), operator.read()
    assert operator.read().events == ()
    if reason == "fall":
        monkeypatch.setattr(TaskWorld, "fallen", property(lambda _: True))
    else:
        monkeypatch.setattr(module, "TIME_LIMIT_S", 0.0)
    assert operator.read().events == ("discard",)
    assert not operator.succeeded


def test_a_policy_that_gives_nothing_leaves_the_robot_at_rest(
    operator: PolicyOperator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operator._policy, "read", lambda: None)
    operator.read()
    assert operator.read().neutral
    assert np.isnan(operator.read().base[3])
