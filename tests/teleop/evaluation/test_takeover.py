import numpy as np
import pytest

from drive2walk.checkpoints.released import load_controller
from drive2walk.envs.tasks.registry import build_task
from drive2walk.teleop.evaluation import takeover
from drive2walk.teleop.evaluation.takeover import TakeoverOperator
from drive2walk.teleop.recording.session import Session


def test_hands_go_astray_and_the_new_script_begins_where_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(takeover.BEFORE_S, "sort", (0.4, 0.4))
    monkeypatch.setattr(takeover, "ASTRAY_S", (1.0, 1.0))
    world = build_task({"task": "sort", "seed": 5})
    operator = TakeoverOperator(world, 0)
    session = Session(world, load_controller("unitree_g1"), operator, clock=operator.clock)
    hands = []
    while world.time_s < 2.0:
        session.step()
        hands.append([session._arms.hand(k).position for k in (0, 1)])
    # The hands move through the takeover at 1.4 s without a jump.
    steps = np.linalg.norm(np.diff(hands, axis=0), axis=2)
    assert steps.max() < 0.02
    assert np.linalg.norm(hands[65][0] - np.array(hands[10][0])) > 0.1
    # The new script means what the arms do.
    for index, hand in enumerate(operator._second._pilot.hands):
        assert session._arms.hand(index).position == pytest.approx(hand.position, abs=0.02)
    assert not operator.succeeded
    assert operator.failure == ""


def test_a_script_that_finds_its_task_lost_came_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(takeover.BEFORE_S, "sort", (0.1, 0.1))
    monkeypatch.setattr(takeover, "ASTRAY_S", (0.1, 0.1))
    world = build_task({"task": "sort", "seed": 5})
    operator = TakeoverOperator(world, 0)
    session = Session(world, load_controller("unitree_g1"), operator, clock=operator.clock)
    world.data.joint("part_0").qpos[:3] = [0.4, 0.4, 0.1]
    while not session.over and world.time_s < 3.0:
        session.step()
    assert session.over
    assert operator.failure == "before the takeover part_0 fell off the table"
