"""People who walk through a scene and wait for a robot in their way."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import mujoco
import numpy as np

from drive2walk.envs.scenes.scene import Walker
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle

# A person waits while the robot's pelvis is within this distance ahead and to the side, and turns
# back after the patience.
AHEAD_M, ASIDE_M, PATIENCE_S = 0.9, 0.6, 2.0
UP = np.array([0.0, 0.0, 1.0])


@dataclasses.dataclass
class _Stroll:
    """The progress of a person: distance walked towards an end, that end, and time waited."""

    walked_m: float = 0.0
    towards: int = 1
    waited_s: float = 0.0

    def turn_back(self, length_m: float) -> None:
        self.walked_m, self.towards, self.waited_s = length_m - self.walked_m, 1 - self.towards, 0.0


class WalkingPeople:
    """Moves the people of a scene on their paths, whatever the physics does to the robot.

    Args:
        model: The compiled world.
        walkers: People who walk.
    """

    def __init__(self, model: mujoco.MjModel, walkers: Sequence[Walker]) -> None:
        self._dt_s = model.opt.timestep
        self._walkers = walkers
        self._mocap_ids = [int(model.body(walker.body).mocapid[0]) for walker in walkers]
        self._strolls = [_Stroll() for _ in walkers]

    def reset(self, data: mujoco.MjData) -> None:
        """Put everyone at the start of the path."""
        self._strolls = [_Stroll() for _ in self._walkers]
        for k in range(len(self._walkers)):
            self._place(data, k)

    def walk(self, data: mujoco.MjData, robot_xy: Array) -> None:
        """Move everyone by one step of the physics.

        Args:
            data: State of the world.
            robot_xy: Position of the robot's pelvis, (2,) m.
        """
        for k, (walker, stroll) in enumerate(zip(self._walkers, self._strolls, strict=True)):
            start, end = _path(walker, stroll)
            length_m = float(np.linalg.norm(end - start))
            heading = (end - start) / length_m
            offset = robot_xy - (start + stroll.walked_m * heading)
            ahead, aside = heading @ offset, abs(heading[0] * offset[1] - heading[1] * offset[0])
            if 0 < ahead < AHEAD_M and aside < ASIDE_M:
                stroll.waited_s += self._dt_s
                if stroll.waited_s < PATIENCE_S:
                    continue
                stroll.turn_back(length_m)
            else:
                stroll.waited_s = 0.0
                stroll.walked_m += walker.speed_m_s * self._dt_s
                if stroll.walked_m >= length_m:
                    stroll.turn_back(length_m)
            self._place(data, k)

    def _place(self, data: mujoco.MjData, k: int) -> None:
        stroll = self._strolls[k]
        start, end = _path(self._walkers[k], stroll)
        way = end - start
        data.mocap_pos[self._mocap_ids[k], :2] = start + stroll.walked_m * way / np.linalg.norm(way)
        yaw = np.arctan2(way[1], way[0]) - np.pi / 2
        data.mocap_quat[self._mocap_ids[k]] = quat_from_axis_angle(UP, np.array(yaw))


def _path(walker: Walker, stroll: _Stroll) -> tuple[Array, Array]:
    ends = np.array(walker.ends)
    return ends[1 - stroll.towards], ends[stroll.towards]
