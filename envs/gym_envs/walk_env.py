"""A Gymnasium environment: one walking robot, leg joint targets in, proprioception out."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.gym_envs.robot_observation import symmetric_box
from drive2walk.envs.gym_envs.walk_batch import WalkBatch
from drive2walk.robot.timing import CONTROL_DT_S

# The time limit is that of the id, by Gymnasium's wrapper.
NO_LIMIT_STEPS = 10**9


class WalkEnv(gymnasium.Env[NDArray[np.float32], NDArray[np.float32]]):
    """Follow a velocity command under pushes without falling, with the legs alone.

    Commands change every 3 to 7 s, and pushes of 0.8 m/s come every 2 to 7 s in random directions.
    The arms are welded at home; the waist holds itself upright. The environment knows no gait.

    | action, held for 20 ms | shape | unit | range |
    |---|---|---|---|
    | offset of each leg joint target from home, left leg first | (num_leg_joints,) | 0.5 rad | ±1 |

    With J = num_leg_joints (12 for the G1), the observation is a vector (2 J + 9,):

    | observation | indices | unit | range |
    |---|---|---|---|
    | leg joint angles | 0 to J | rad | ±7 |
    | leg joint velocities | J to 2 J | rad/s | ±100 |
    | projected gravity, unit vector in the base frame | 2 J to 2 J + 3 | | ±1 |
    | gyro, angular velocity in the base frame | 2 J + 3 to 2 J + 6 | rad/s | ±50 |
    | command vx, vy, wz in the base frame | 2 J + 6 to 2 J + 9 | m/s, m/s, rad/s | ±2 |

    Reward: exp(-|v - v*|² / 0.25) + 0.5 exp(-(ω - ω*)² / 0.25), minus 10 for a fall; v* and ω* are
    the command. ``terminated`` after a fall (the base lower than 0.66 of its standing height, or
    tilted by more than 41 degrees), ``truncated`` by the time limit of the id.

    ``gymnasium.make_vec`` steps many of them in one native batch: see ``WalkVectorEnv``.

    Args:
        robot: Name of the robot's spec.
        terrain: Name of the ground, as in ``envs/terrain/kinds.py``.
        render_mode: None; this environment doesn't render.
    """

    metadata = {  # noqa: RUF012 - Gymnasium declares it as an instance's
        "render_modes": [],
        "render_fps": round(1 / CONTROL_DT_S),
    }

    def __init__(
        self, robot: str = "unitree_g1", terrain: str = "flat", render_mode: str | None = None
    ) -> None:
        self.render_mode = render_mode
        self._batch = WalkBatch(robot, terrain, 1, 1, NO_LIMIT_STEPS)
        self.action_space = symmetric_box(1.0, self._batch.num_actions)
        self.observation_space = self._batch.observation_space

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Stand the robot up with a new command; a seed fixes the whole episode."""
        super().reset(seed=seed)
        if seed is not None or not self._batch.started:
            self._batch.start(int(self.np_random.integers(2**31)))
        else:
            self._batch.reset(np.zeros(1, dtype=np.intp))
        return self._batch.observe()[0], {}

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Hold the joint targets of the action for one control step."""
        reward, terminated, truncated = self._batch.step(action[None])
        ended = bool(terminated[0]), bool(truncated[0])
        return self._batch.observe()[0], float(reward[0]), *ended, {}
