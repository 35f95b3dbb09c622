"""The stages of things that are put, by hand, where each stage has them."""

from collections.abc import Callable

import mujoco
import numpy as np
import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.sort import PARTS
from drive2walk.envs.tasks.stages import STAGES
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.envs.tasks.tote import TOTE
from drive2walk.teleop.scripts.mistakes import make_named_mistake

UP = np.array([0.0, 0.0, 1.0])


def put(world: TaskWorld, thing: str, position: np.ndarray) -> None:
    """Put a thing at a place, upright, and forget all stages before."""
    world.data.joint(thing).qpos = [*position, 1.0, 0.0, 0.0, 0.0]
    world.data.joint(thing).qvel = 0.0
    mujoco.mj_forward(world.model, world.data)
    world.set_state(world.state())


def passed(world: TaskWorld) -> list[str]:
    """Return the stages that were true, in their order."""
    return [name for name, true in world.stages().items() if true]


@pytest.mark.parametrize("task", ["tote", "sort", "leaves"])
def test_at_the_start_no_thing_was_in_any_stage(task: str) -> None:
    world = build_task({"task": task, "seed": 2})
    assert tuple(world.stages()) == STAGES
    assert passed(world) == []
    assert set(world.progress().values()) == {""}


def test_a_part_that_stands_beside_a_hand_is_reached() -> None:
    world = build_task({"task": "sort", "seed": 2})
    put(world, PARTS[0], world.hand(1).position + np.array([0.0, -0.15, 0.0]))
    assert world.progress() == {PARTS[0]: "reached", PARTS[1]: ""}
    put(world, PARTS[0], world.hand(1).position + np.array([0.0, -0.25, 0.0]))
    assert passed(world) == []


def test_a_part_between_closed_fingers_in_the_air_is_lifted_and_over_its_bin_carried() -> None:
    world = build_task({"task": "sort", "seed": 2})
    assert make_named_mistake(world, 0, "part in the hand")
    held = next(part for part, stage in world.progress().items() if stage)
    assert world.progress()[held] == "lifted"
    assert passed(world) == ["reached", "grasped", "lifted"]
    # The bin comes to the part, which keeps the contacts as they are.
    goal = world.model.geom(f"bin_{PARTS.index(held)}_floor")
    goal.pos = [*world.body(held).position[:2], 0.3]
    mujoco.mj_forward(world.model, world.data)
    assert passed(world) == ["reached", "grasped", "lifted", "carried"]


def test_a_tote_between_pressing_palms_in_the_air_is_lifted() -> None:
    world = build_task({"task": "tote", "seed": 2})
    assert make_named_mistake(world, 0, "tote in the hands")
    assert world.progress() == {TOTE: "lifted"}


def test_a_tote_that_one_hand_has_knocked_into_the_air_is_not_lifted() -> None:
    world = build_task({"task": "tote", "seed": 2})
    assert make_named_mistake(world, 0, "tote in the hands")
    # The palm at the tote's right side is taken away; the other one still touches it.
    right = world.model.body("robot/" + world.spec.hands.bodies[1]).id
    world.model.geom_contype[world.model.geom_bodyid == right] = 0
    world.model.geom_conaffinity[world.model.geom_bodyid == right] = 0
    world.set_state(world.state())
    assert world.progress() == {TOTE: "reached"}


def test_a_part_between_closed_fingers_that_stands_on_something_is_grasped_and_not_lifted() -> None:
    world = build_task({"task": "sort", "seed": 2})
    assert make_named_mistake(world, 0, "part in the hand")
    held = next(part for part, stage in world.progress().items() if stage)
    other = PARTS[1 - PARTS.index(held)]
    tall = world.layout.parameters["part_sizes_m"][PARTS.index(other)][2]
    put(world, other, world.body(held).position - (tall - 0.001) * UP)
    assert world.progress()[held] == "grasped"


def test_a_tote_at_rest_on_the_table_was_in_all_stages_and_a_reset_forgets_them() -> None:
    world = build_task({"task": "tote", "seed": 2})
    top = world.data.geom("table_top").xpos + world.model.geom("table_top").size[2] * UP
    put(world, TOTE, top + 0.001 * UP)
    settle(world)
    assert passed(world) == list(STAGES)
    world.reset()
    assert passed(world) == []


def test_a_stage_that_is_over_still_counts() -> None:
    world = build_task({"task": "sort", "seed": 2})
    put(world, PARTS[0], world.hand(1).position + np.array([0.0, -0.15, 0.0]))
    assert passed(world) == ["reached"]
    world.data.joint(PARTS[0]).qpos[0] += 1.0
    mujoco.mj_forward(world.model, world.data)
    assert passed(world) == ["reached"]


@pytest.mark.parametrize(
    ("task", "side"),
    [
        ("tote", lambda world: world.layout.parameters["table"][1]),
        ("leaves", lambda world: world.layout.parameters["basket"][1]),
    ],
)
def test_the_words_say_on_which_side_the_goal_is(
    task: str, side: Callable[[TaskWorld], float]
) -> None:
    worlds = [build_task({"task": task, "seed": seed}) for seed in range(4)]
    words = ["left" if side(world) > 0 else "right" for world in worlds]
    assert set(words) == {"left", "right"}
    for world, word in zip(worlds, words, strict=True):
        assert world.task_text.endswith(f" on your {word}")


def settle(world: TaskWorld) -> None:
    """Let things come to rest while the robot stands."""
    for _ in range(20):
        world.step(world.spec.home_qpos, np.zeros(0))
