"""The stages that a task's things go through: reached, grasped, lifted, carried, placed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.robot_world import PREFIX
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.spec import RobotSpec

STAGES = ("reached", "grasped", "lifted", "carried", "placed")
# Two touches of a robot grasp a thing if they push against each other: the cosine between them is
# below this. Curled fingers don't push exactly along one line.
OPPOSED_COS = -0.3


@dataclasses.dataclass(frozen=True)
class Delivery:
    """A thing of a task and the place to which a robot has to bring it.

    Attributes:
        thing: Name of the thing's body.
        goal: Name of the box-shaped geom above which the thing is carried to.
        reach_m: Distance between wrist and thing below which a hand has reached it, in metres.
        is_placed: Test of whether the thing lies where it belongs, untouched.
    """

    thing: str
    goal: str
    reach_m: float
    is_placed: Callable[[mujoco.MjModel, mujoco.MjData], bool]


class StageWatch:
    """The furthest stage that each thing of a task has been in since the start.

    A later stage counts for the earlier ones: a thing that was carried has been lifted.

    Args:
        model: The compiled world.
        spec: The robot.
        deliveries: Things and the places where they belong.
    """

    def __init__(
        self, model: mujoco.MjModel, spec: RobotSpec, deliveries: Sequence[Delivery]
    ) -> None:
        self._model = model
        self._deliveries = deliveries
        names = [model.body(body).name for body in range(model.nbody)]
        self._is_robot = np.array([name.startswith(PREFIX) for name in names])
        self._hands = [model.body(PREFIX + name).id for name in spec.hands.bodies]
        self._reached = np.zeros(len(deliveries), dtype=np.intp)

    def reset(self) -> None:
        """Forget all stages."""
        self._reached[:] = 0

    def update(self, data: mujoco.MjData) -> None:
        """Take in the state of the world."""
        for index, delivery in enumerate(self._deliveries):
            stage = self._find_stage(data, delivery)
            self._reached[index] = max(self._reached[index], stage)

    def stages(self) -> dict[str, bool]:
        """Return for each stage whether at least one thing has been in it or in a later one."""
        furthest = int(self._reached.max(initial=0))
        return {name: furthest > index for index, name in enumerate(STAGES)}

    def progress(self) -> dict[str, str]:
        """Return the furthest stage of each thing, by its body's name; "" before the first."""
        return {
            delivery.thing: STAGES[stage - 1] if stage else ""
            for delivery, stage in zip(self._deliveries, self._reached, strict=True)
        }

    def _find_stage(self, data: mujoco.MjData, delivery: Delivery) -> int:
        """Return the present stage of a thing, from 0 (none) to 5 (placed)."""
        if delivery.is_placed(self._model, data):
            return 5
        body = self._model.body(delivery.thing).id
        pushes, touches_world = self._find_pushes(data, body)
        grasped = len(pushes) > 0 and float((pushes @ pushes.T).min()) < OPPOSED_COS
        # A thing that was only hit may leave the ground for a moment.
        if grasped and not touches_world:
            goal = data.geom(delivery.goal)
            offset = goal.xmat.reshape(3, 3).T @ (data.xipos[body] - goal.xpos)
            half = self._model.geom(delivery.goal).size
            return 4 if bool((np.abs(offset[:2]) < half[:2]).all()) else 3
        if grasped:
            return 2
        distances = np.linalg.norm(data.xpos[self._hands] - data.xpos[body], axis=1)
        return int(len(pushes) > 0 or distances.min() < delivery.reach_m)

    def _find_pushes(self, data: mujoco.MjData, body: int) -> tuple[Array, bool]:
        """Return the directions in which the robot pushes a body, and whether the world touches it.

        Returns:
            Unit vectors in the world, (n, 3), and whether anything but the robot touches the body.
        """
        pairs: NDArray[np.intp] = self._model.geom_bodyid[data.contact.geom[: data.ncon]]
        of_body = (pairs == body).any(axis=1)
        pairs = pairs[of_body]
        # A contact's normal points from its first geom to its second one.
        towards = np.where(pairs[:, 1] == body, 1.0, -1.0)
        others = np.where(pairs[:, 1] == body, pairs[:, 0], pairs[:, 1])
        by_robot = self._is_robot[others]
        normals = data.contact.frame[: data.ncon][of_body, :3] * towards[:, None]
        return normals[by_robot], bool((~by_robot).any())
