import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.teleop.devices.scripted import SETTLE_STEPS, ScriptedOperator


@pytest.mark.parametrize("fallen", [False, True])
def test_a_finished_task_is_saved_only_if_the_robot_stands(
    fallen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build_task({"task": "tote", "seed": 3})
    operator = ScriptedOperator(world)
    operator.read()
    monkeypatch.setattr(operator, "_script", iter(()))
    monkeypatch.setattr(TaskWorld, "success", lambda _: True)
    monkeypatch.setattr(TaskWorld, "fallen", property(lambda _: fallen))
    events = [e for _ in range(SETTLE_STEPS + 1) for e in operator.read().events]
    assert operator.succeeded is not fallen
    assert events == ["record", "discard" if fallen else "save"]
