"""Hands: palms that press, and fingers that grasp."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.joint_group import SIDES, check_lengths


@dataclasses.dataclass(frozen=True)
class Fingers:
    """The joints of a hand's fingers; lists are of the left hand.

    Attributes:
        entry: the Menagerie model that has these fingers.
        joints: without ``left_`` and ``_joint``.
        mirror: 1 where the right hand's angle has the left one's sign, -1 where the opposite.
        open: angles of the open hand, rad.
        closed: angles that a hand closes to where nothing is in it, rad.
    """

    entry: str
    joints: tuple[str, ...]
    kp: tuple[float, ...]
    kd: tuple[float, ...]
    armature: tuple[float, ...]
    force_limit: tuple[float, ...]
    mirror: tuple[float, ...]
    open: tuple[float, ...]
    closed: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check that every list has one value for each joint."""
        check_lengths(self, ("kp", "kd", "armature", "force_limit", "mirror", "open", "closed"))

    @property
    def joint_names(self) -> list[str]:
        """Names of both hands' finger joints, left hand first."""
        return [f"{side}_{joint}_joint" for side in SIDES for joint in self.joints]

    def per_joint(self, field: str) -> NDArray[np.float64]:
        """Return a field (kp, kd, armature, force_limit) for both hands, (num_fingers,)."""
        return np.array(getattr(self, field) * len(SIDES))

    def targets(self, grasp: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return joint targets (num_fingers,) rad for hands (2,) from 0 open to 1 closed."""
        opened, closed, mirror = (np.array(v) for v in (self.open, self.closed, self.mirror))
        left, right = (opened + np.clip(g, 0, 1) * (closed - opened) for g in grasp)
        return np.concatenate([left, mirror * right])


@dataclasses.dataclass(frozen=True)
class Palm:
    """The box that stands for a rigid hand's palm and fingers where it touches things.

    Attributes:
        position: of the left one's middle in the hand's frame, m; the right one mirrors it in y.
        size: edge lengths, m.
        yaw_rad: of the left one.
    """

    position: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw_rad: float


@dataclasses.dataclass(frozen=True)
class Hands:
    """The bodies of the left and the right hand, rigid ones' palms, and fingers instead."""

    bodies: tuple[str, str]
    palm: Palm | None = None
    fingers: Fingers | None = None
