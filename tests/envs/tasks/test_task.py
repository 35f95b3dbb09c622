import mujoco
import numpy as np
import pytest

from drive2walk.envs.robot_world import PREFIX
from drive2walk.envs.tasks.registry import TASKS, build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.joints.joint_group import SIDES


def bytes_of(world: TaskWorld) -> bytes:
    buffer = np.empty(mujoco.mj_sizeModel(world.model), dtype=np.uint8)
    mujoco.mj_saveModel(world.model, None, buffer)
    return buffer.tobytes()


def targets(world: TaskWorld) -> tuple[np.ndarray, np.ndarray]:
    fingers = world.spec.fingers
    opened = fingers.targets(np.zeros(len(SIDES))) if fingers else np.zeros(0)
    return world.spec.home_qpos, opened


@pytest.mark.parametrize("name", TASKS)
def test_a_seed_fixes_model_and_start_bit_for_bit(name: str) -> None:
    first, second = (build_task({"task": name, "seed": 5}) for _ in range(2))
    assert bytes_of(first) == bytes_of(second)
    np.testing.assert_array_equal(first.state(), second.state())
    assert bytes_of(first) != bytes_of(build_task({"task": name, "seed": 6}))


@pytest.mark.parametrize("name", TASKS)
def test_at_the_start_nothing_moves_and_the_task_is_not_done(name: str) -> None:
    world = build_task({"task": name, "seed": 1})
    before = world.data.qpos.copy()
    for _ in range(15):
        world.step(*targets(world))
    assert not world.success()
    assert not world.fallen
    things = [
        j for j in range(world.model.njnt) if not world.model.joint(j).name.startswith(PREFIX)
    ]
    for joint in things:
        at = world.model.jnt_qposadr[joint]
        assert world.data.qpos[at : at + 3] == pytest.approx(before[at : at + 3], abs=0.01)


def test_all_seeds_of_a_task_have_states_of_one_size() -> None:
    for name in TASKS:
        assert len({build_task({"task": name, "seed": s}).model.nq for s in range(3)}) == 1


def test_the_motion_continues_bit_for_bit_from_a_state_that_was_set() -> None:
    world, other = (build_task({"task": "sort", "seed": 2}) for _ in range(2))
    for _ in range(5):
        world.step(*targets(world))
    other.set_state(world.state())
    assert other.hand(1).position == pytest.approx(world.hand(1).position, abs=0.01)
    for _ in range(5):
        world.step(*targets(world))
        other.step(*targets(other))
    np.testing.assert_array_equal(world.state(), other.state())


def test_an_error_about_an_unknown_task_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"unknown task 'tot'.*Did you mean 'tote'"):
        build_task({"task": "tot", "seed": 0})
