"""The legs of one robot: a walking controller and what it remembers between two ticks."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception


class WalkingLegs:
    """Steps a controller for one robot that starts at rest.

    Args:
        controller: pure and batched; the state between its steps is kept here.
        body: what the robot feels at the start.
    """

    def __init__(self, controller: WalkingController, body: Proprioception) -> None:
        self._controller = controller
        pose = controller.measure(_batch_of_one(body))
        self._state = controller.start(pose, stance=np.zeros(1, dtype=np.intp))

    def step(
        self,
        body: Proprioception,
        command: NDArray[np.float64],
        arms_shift: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Return leg targets (num_leg_joints,) in radians for a command.

        Args:
            body: what the robot feels.
            command: vx, vy in m/s, wz in rad/s and, if it is given, the pelvis' height in m, (3,)
                or (4,); a height of nan is the gait's own.
            arms_shift: of the centre of mass by where the arms are, upright frame, (2,) m, if
                somebody knows it.
        """
        self._state, targets = self._controller.step(
            self._state,
            _batch_of_one(body),
            command[None],
            arms_shift=None if arms_shift is None else arms_shift[None],
        )
        return targets[0]

    @property
    def pose(self) -> tuple[float, float, float]:
        """x, y in metres and yaw in radians since the start, from the stance foot and the gyro."""
        odometry = self._state.odometry
        x, y = odometry.position[0]
        return float(x), float(y), float(odometry.yaw[0])

    @property
    def forward_speed_m_s(self) -> float:
        """Forward speed over the last 0.4 s, from the stance foot."""
        return float(self._state.odometry.mean_velocity[0, 0])

    @property
    def height_m(self) -> float:
        """Height of the pelvis above the stance foot's sole."""
        return float(self._state.odometry.height[0])


def _batch_of_one(body: Proprioception) -> Proprioception:
    fields = dataclasses.fields(body)
    return Proprioception(**{field.name: getattr(body, field.name)[None] for field in fields})
