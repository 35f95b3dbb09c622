"""Skills: parts of a task, each chosen by what is true in the world when it starts."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script

# A task needs six skills at most where nothing goes wrong.
MAX_SKILLS = 20


def follow_skills(
    pilot: Pilot,
    choose: Callable[[Pilot], Script | None],
    find_failure: Callable[[TaskWorld], str],
) -> Script:
    """Do one skill after another until the task is done or can't be done any more.

    Because the next skill depends on the world alone, a script can take over from any state, and a
    skill that went wrong is simply chosen again. The pilot's ``failure`` says why the script gave
    up; a skill that sets it ends the script as well.

    Args:
        pilot: Does the skills.
        choose: Returns the next skill, None once the task is done.
        find_failure: Returns why the task can't be done any more, empty if it can. It is asked
            after every control step.
    """
    for _ in range(MAX_SKILLS):
        pilot.failure = pilot.failure or find_failure(pilot.world)
        skill = None if pilot.failure else choose(pilot)
        if skill is None:
            return
        for _ in skill:
            yield
            pilot.failure = pilot.failure or find_failure(pilot.world)
            if pilot.failure:
                return
    pilot.failure = pilot.failure or f"{MAX_SKILLS} skills did not finish the task"


def do_while(script: Script, condition: Callable[[], bool]) -> Script:
    """Do a script for as long as a condition holds."""
    for _ in script:
        if not condition():
            return
        yield
