import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from drive2walk.envs.registration import ENVS, register_envs


@pytest.mark.render
@pytest.mark.parametrize("name", ENVS)
def test_gymnasium_s_checker_accepts_every_environment(name: str) -> None:
    # Gymnasium's logger turns its complaints into warnings, and warnings are errors here.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(name)
        try:
            check_env(env.unwrapped)
        finally:
            env.close()


@pytest.mark.render
@pytest.mark.parametrize("name", ["drive2walk/Walk-v0", "drive2walk/Leaves-v0"])
def test_a_seed_fixes_the_episode_and_another_one_changes_it(name: str) -> None:
    def run(seed: int) -> np.ndarray:
        env = gymnasium.make(name)
        observation, _ = env.reset(seed=seed)
        env.action_space.seed(0)
        values = []
        for _ in range(3):
            observation, reward, *_ = env.step(env.action_space.sample())
            flat = gymnasium.spaces.flatten(env.observation_space, observation)
            values.append(np.append(flat, reward))
        env.close()
        return np.array(values)

    first = run(3)
    np.testing.assert_array_equal(first, run(3))
    assert (first != run(4)).any()


def test_an_id_that_names_the_module_needs_no_import() -> None:
    program = (
        "import gymnasium\n"
        "env = gymnasium.make('drive2walk.envs.registration:drive2walk/Walk-v0')\n"
        "print(env.reset(seed=1)[0].shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "(33,)", done.stderr


def test_registering_ids_imports_neither_the_simulator_nor_torch() -> None:
    program = (
        "import sys, drive2walk.envs.registration\n"
        "print([name for name in ('mujoco', 'torch') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_registering_twice_changes_nothing() -> None:
    before = {name: gymnasium.spec(name) for name in ENVS}
    register_envs()
    assert all(gymnasium.spec(name) is before[name] for name in ENVS)
