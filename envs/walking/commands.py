"""Random commands for N robots, renewed at random times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.schedule import Schedule
from drive2walk.robot.geometry.arrays import Array, Ids


def draw_commands(config: WalkingConfig, count: int, rng: np.random.Generator) -> Array:
    """Return random commands (count, 4): vx and vy in m/s, wz in rad/s, base height in m.

    A fraction of them is zero, only turns or only goes straight; a fraction has another than the
    usual height. Speeds are lower the lower the base.
    """
    bounds = np.array([config.vx_m_s, config.vy_m_s, config.wz_rad_s, config.height_m])
    command = rng.uniform(bounds[:, 0], bounds[:, 1], (count, 4))
    kind = rng.uniform(size=count)
    still = config.still_probability
    turn = still + config.turn_probability
    command[kind < turn, :2] = 0.0
    command[kind < still, 2] = 0.0
    command[(kind >= turn) & (kind < turn + config.straight_probability), 1:3] = 0.0
    low, high = config.height_m
    command[rng.uniform(size=count) >= config.squat_probability, 3] = high
    depth = (high - command[:, 3:]) / max(high - low, 1e-9)
    command[:, :3] *= 1 - config.squat_slowing * depth
    return command


class Commands:
    """The commands of N robots.

    Args:
        config: Ranges, probabilities and times of the commands.
        num_envs: Number of robots.
        rng: Source of the commands.

    Attributes:
        values: Current commands, (N, 4): see ``draw_commands``.
        schedule: Times of the next commands.
    """

    def __init__(self, config: WalkingConfig, num_envs: int, rng: np.random.Generator) -> None:
        self._config, self._rng = config, rng
        self._held = False
        self.values = np.zeros((num_envs, 4))
        self.schedule = Schedule(config.command_interval_s, num_envs, rng)

    def hold(self, command: Array) -> None:
        """Keep ``command`` (N, 4), or (N, 3) at the usual height, from now on."""
        self.values[:, 3] = self._config.height_m[1]
        self.values[:, : command.shape[1]] = command
        self._held = True

    def draw(self, ids: Ids, elapsed: NDArray[np.int64]) -> None:
        """Draw new commands for the robots ``ids``, unless commands are held.

        Args:
            ids: Robots.
            elapsed: Control steps since the episodes began, (N,).
        """
        if not len(ids) or self._held:
            return
        self.values[ids] = draw_commands(self._config, len(ids), self._rng)
        self.schedule.draw_next(ids, elapsed)
