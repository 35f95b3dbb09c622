"""Skills are chosen by what is true, and a lost task ends at once."""

from types import SimpleNamespace
from typing import Any

from drive2walk.teleop.scripts.motion.pilot import Script
from drive2walk.teleop.scripts.motion.skills import MAX_SKILLS, do_while, follow_skills


def make_pilot() -> Any:
    return SimpleNamespace(world=SimpleNamespace(left=3, lost=False), failure="")


def work(pilot: Any, steps: int = 2) -> Script:
    for _ in range(steps):
        yield
    pilot.world.left -= 1


def find_failure(world: Any) -> str:
    return "lost" if world.lost else ""


def test_skills_follow_each_other_until_nothing_is_left() -> None:
    pilot = make_pilot()
    script = follow_skills(pilot, lambda p: work(p) if p.world.left else None, find_failure)
    assert len(list(script)) == 6
    assert pilot.failure == ""


def test_a_script_ends_in_the_step_in_which_its_task_is_lost() -> None:
    pilot = make_pilot()
    script = follow_skills(pilot, lambda p: work(p, 100), find_failure)
    for _ in range(5):
        next(script)
    pilot.world.lost = True
    assert list(script) == []
    assert pilot.failure == "lost"


def test_a_task_that_is_lost_from_the_start_is_not_begun() -> None:
    pilot = make_pilot()
    pilot.world.lost = True
    assert list(follow_skills(pilot, work, find_failure)) == []
    assert pilot.failure == "lost"


def test_skills_that_change_nothing_end() -> None:
    pilot = make_pilot()
    assert list(follow_skills(pilot, lambda _: iter(()), find_failure)) == []
    assert pilot.failure == f"{MAX_SKILLS} skills did not finish the task"


def test_a_skill_that_gives_up_ends_the_script() -> None:
    pilot = make_pilot()

    def give_up(pilot: Any) -> Script:
        yield
        pilot.failure = "slipped"

    assert len(list(follow_skills(pilot, give_up, find_failure))) == 1
    assert pilot.failure == "slipped"


def test_a_script_is_done_only_while_its_condition_holds() -> None:
    held = iter([True, True, False, True])
    assert len(list(do_while(iter([None] * 4), lambda: next(held)))) == 2
