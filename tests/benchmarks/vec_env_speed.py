"""How fast a vectorized environment steps."""

import time

import numpy as np
from stable_baselines3.common.vec_env import VecEnv

TIMED_STEPS = 30


def steps_per_s(env: VecEnv) -> float:
    """Return control steps per second under random actions, of the median step."""
    env.reset()
    rng, seconds = np.random.default_rng(0), []
    for _ in range(TIMED_STEPS):
        actions = rng.uniform(-1, 1, (env.num_envs, *env.action_space.shape))
        began = time.perf_counter()
        env.step(actions)
        seconds.append(time.perf_counter() - began)
    return env.num_envs / float(np.median(seconds))
