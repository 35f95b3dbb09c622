import mujoco
import numpy as np
import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.transforms import quat_yaw
from drive2walk.teleop.scripts.mishaps.arrange import is_robot_clear, put_base
from drive2walk.teleop.scripts.mistakes import MISHAPS, make_mistake, make_named_mistake
from drive2walk.teleop.scripts.motion.grip import is_between_fingers
from drive2walk.teleop.scripts.motion.pilot import Pilot

KINDS = [(task, name) for task in MISHAPS for name in MISHAPS[task]]
HELD = ("part in the hand", "leaf in the hand", "tote in the hands")


def list_things(world: TaskWorld) -> list[str]:
    return [delivery.thing for delivery in world.layout.deliveries]


@pytest.mark.parametrize(("task", "name"), KINDS)
def test_a_mistake_leaves_a_state_at_rest_in_which_the_robot_touches_only_what_it_holds(
    task: str, name: str
) -> None:
    world = build_task({"task": task, "seed": 5})
    start = world.state()
    assert make_named_mistake(world, 3, name)
    assert not np.array_equal(world.state()[1:], start[1:])
    assert not world.fallen
    assert not world.success()
    assert name in HELD or is_robot_clear(world)
    for thing in list_things(world):
        assert np.linalg.norm(world.data.joint(thing).qvel[:3]) < 0.02
    # No contact is deeper than what a grip or a weight presses.
    pressed = 0.008 if name in HELD else 0.002
    assert world.data.contact.dist[: world.data.ncon].min(initial=0.0) > -pressed


@pytest.mark.parametrize("task", MISHAPS)
def test_a_seed_fixes_the_mistake_and_seeds_give_different_ones(task: str) -> None:
    first, second = (build_task({"task": task, "seed": 5}) for _ in range(2))
    names = {make_mistake(first, seed) for seed in range(5)}
    assert len(names) > 1
    assert names <= set(MISHAPS[task])
    assert make_mistake(first, 3) == make_mistake(second, 3)
    np.testing.assert_array_equal(first.state(), second.state())


def test_a_part_that_was_knocked_over_lies_on_the_table() -> None:
    world = build_task({"task": "sort", "seed": 5})
    assert make_named_mistake(world, 1, "part knocked over")
    ups = sorted(abs(world.data.body(part).xmat[8]) for part in list_things(world))
    assert ups[0] < 0.1
    assert ups[1] > 0.99
    table = world.layout.parameters["table_height_m"]
    assert all(table < world.data.body(part).xipos[2] < table + 0.1 for part in list_things(world))


def test_a_held_part_stays_in_the_hand_while_the_fingers_stay_closed() -> None:
    world = build_task({"task": "sort", "seed": 5})
    assert make_named_mistake(world, 1, "part in the hand")
    assert Pilot(world).grasp == pytest.approx([0.0, 1.0])
    assert sum(is_between_fingers(world, part) for part in list_things(world)) == 1


def test_a_moved_base_is_at_most_ten_centimetres_and_ten_degrees_off_its_place() -> None:
    world = build_task({"task": "tote", "seed": 5})
    turns = []
    for seed in range(6):
        assert make_named_mistake(world, seed, "base moved")
        turns.append(float(quat_yaw(world.base.quat)))
    assert 0.02 < np.abs(turns).max() <= np.radians(10)


def test_a_robot_in_the_shelf_is_not_clear() -> None:
    world = build_task({"task": "tote", "seed": 5})
    assert is_robot_clear(world)
    put_base(world, 1.2, 0.0, 0.0)
    mujoco.mj_forward(world.model, world.data)
    assert not is_robot_clear(world)


def test_an_unknown_mistake_is_refused_with_the_nearest_name() -> None:
    world = build_task({"task": "tote", "seed": 5})
    with pytest.raises(ConfigError, match="Did you mean 'arm out'"):
        make_named_mistake(world, 0, "arms out")
