"""Hands: palms that push, and fingers that grasp."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.joints.joint_group import SIDES, check_lengths


@dataclasses.dataclass(frozen=True)
class Fingers:
    """The finger joints of a hand; lists describe the left hand.

    Attributes:
        entry: Menagerie model with these fingers.
        joints: Names without ``left_`` and ``_joint``.
        kp: Stiffnesses, N m/rad.
        kd: Dampings, N m s/rad.
        armature: Reflected inertias of the motors, kg m².
        force_limit: Largest torques, N m.
        mirror: 1 where the right hand's angle has the sign of the left one's, -1 elsewhere.
        open: Angles of the open hand, rad.
        closed: Angles that the hand closes to when it holds nothing, rad.
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
    """The box by which a rigid hand touches things; it stands for palm and fingers.

    Attributes:
        position: Centre of the left palm in the hand's frame, m; the right one mirrors it in y.
        size: Edge lengths, m.
        yaw_rad: Yaw of the left palm; the right one mirrors it.
    """

    position: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw_rad: float


@dataclasses.dataclass(frozen=True)
class Hands:
    """Both hands of a robot.

    Attributes:
        bodies: Names of the bodies that are the left and the right hand.
        palm: Contact shape of rigid hands; None where they touch nothing.
        fingers: Fingers of the model variant that has them; None where there is none.
    """

    bodies: tuple[str, str]
    palm: Palm | None = None
    fingers: Fingers | None = None
