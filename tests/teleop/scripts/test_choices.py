"""The next skill of a script depends on what is true in its world, whatever was done before."""

import collections

import mujoco
import numpy as np
import pytest

from drive2walk.envs.tasks.leaves import LEAVES
from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.sort import PARTS
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.envs.tasks.tote import TOTE
from drive2walk.teleop.scripts import leaves, sort, tote
from drive2walk.teleop.scripts.mishaps.arrange import put_base, put_thing, reach_out
from drive2walk.teleop.scripts.mistakes import make_named_mistake
from drive2walk.teleop.scripts.motion.axes import quat_from_yaw
from drive2walk.teleop.scripts.motion.pilot import Pilot

LEVEL = quat_from_yaw(0.0)


def choose(world: TaskWorld) -> str:
    """Return the name of the skill that a new script of the world's task begins with."""
    pilot, tries = Pilot(world), collections.Counter()
    if world.scene["task"] == "tote":
        skill = tote._choose_skill(pilot)
    elif world.scene["task"] == "sort":
        skill = sort._choose_skill(pilot, tries=tries)
    else:
        skill = leaves._choose_skill(pilot, tries=tries)
    return "" if skill is None else str(skill.__name__)


def build(task: str, mistake: str = "") -> TaskWorld:
    world = build_task({"task": task, "seed": 5})
    assert not mistake or make_named_mistake(world, 3, mistake)
    return world


@pytest.mark.parametrize(
    ("task", "mistake", "skill"),
    [
        ("sort", "", "_make_ready"),
        ("sort", "arm out", "_make_ready"),
        ("sort", "part in the hand", "_bring_to_bin"),
        ("leaves", "", "_make_ready"),
        ("leaves", "leaf in the hand", "_bring_to_basket"),
        ("tote", "", "_fetch"),
        ("tote", "tote in the hands", "_carry_to_table"),
    ],
)
def test_a_script_begins_with_what_its_world_needs(task: str, mistake: str, skill: str) -> None:
    assert choose(build(task, mistake)) == skill


def test_with_ready_hands_the_rightmost_part_that_is_not_in_its_bin_is_fetched() -> None:
    world = build("sort")
    pilot = Pilot(world)
    ready = [pilot.home[0], sort.find_ready_pose(pilot)]
    assert reach_out(world, ready, np.zeros(2))
    pilot, tries = Pilot(world), collections.Counter()
    right, left = sorted(PARTS, key=lambda part: world.body(part).position[1])
    skill = sort._choose_skill(pilot, tries)
    assert skill is not None
    assert skill.__name__ == "_fetch"
    assert dict(tries) == {right: 1}
    bin_ = np.array(world.layout.parameters["bins"][PARTS.index(right)])
    put_thing(world, right, bin_ + np.array([0.0, 0.0, 0.009]), LEVEL)
    sort._choose_skill(pilot, tries)
    assert dict(tries) == {right: 1, left: 1}


def test_hands_over_the_shelf_are_drawn_back_before_the_tote_is_fetched() -> None:
    world = build("tote")
    put_base(world, 0.9, 0.0, 0.0)
    assert choose(world) == "_draw_back"


def test_a_done_task_needs_nothing() -> None:
    world = build("tote")
    top = world.data.geom("table_top").xpos
    put_thing(world, TOTE, [*top[:2], world.layout.parameters["table_height_m"] - 0.0005], LEVEL)
    assert choose(world) == ""


def test_a_leaf_out_of_view_is_looked_for() -> None:
    world = build("leaves")
    assert reach_out(world, [leaves.ASIDE, leaves.READY], np.zeros(2))
    assert choose(world) == "_fetch"
    for leaf in LEAVES:
        world.data.joint(leaf).qpos[:2] = [world.base.position[0] + 0.4, 0.0]
    mujoco.mj_forward(world.model, world.data)
    assert choose(world) == "_look_for"


@pytest.mark.parametrize(
    ("task", "thing", "place", "reason"),
    [
        ("sort", PARTS[0], [0.3, 0.3, 0.05], "part_0 fell off the table"),
        ("tote", TOTE, [0.6, 0.5, 0.0], "the tote fell to the floor"),
        ("leaves", LEAVES[1], [1.3, None, 0.0], "leaf_1 lies at the basket"),
    ],
)
def test_a_thing_that_is_out_of_reach_is_a_failure_at_once(
    task: str, thing: str, place: list, reason: str
) -> None:
    world = build(task)
    find_failure = {"sort": sort, "tote": tote, "leaves": leaves}[task]._find_failure
    assert find_failure(world) == ""
    if place[1] is None:
        place = [place[0], world.layout.parameters["basket"][1], place[2]]
    put_thing(world, thing, np.array(place), LEVEL)
    assert find_failure(world).startswith(reason)


def test_a_tote_on_its_side_is_a_failure() -> None:
    world = build("tote")
    side = np.array([np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0])
    put_thing(world, TOTE, world.body(TOTE).position + np.array([0.0, 0.0, 0.15]), side)
    assert tote._find_failure(world) == "the tote tipped over"


def test_a_leaf_in_the_basket_is_no_failure() -> None:
    world = build("leaves", "half done")
    assert leaves._find_failure(world) == ""
