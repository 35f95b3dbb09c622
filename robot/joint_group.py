"""Joint groups: the joints of a limb, with their gains, armatures, limits and home angles."""

from __future__ import annotations

import dataclasses
from typing import Any

from drive2walk.experiment.errors import ConfigError

SIDES = ("left", "right")


def check_lengths(group: Any, fields: tuple[str, ...]) -> None:
    """Check that each of the ``fields`` has one value for each of the group's ``joints``.

    Raises:
        ConfigError: one has more or fewer.
    """
    for field in fields:
        given = len(getattr(group, field))
        if given != len(group.joints):
            raise ConfigError(f"{field}: got {given} values, {len(group.joints)} are needed.")


@dataclasses.dataclass(frozen=True)
class JointGroup:
    """Joints of one limb, named as ``Naming`` completes them; a two-sided limb lists one side."""

    joints: tuple[str, ...]
    kp: tuple[float, ...]
    kd: tuple[float, ...]
    armature: tuple[float, ...]
    force_limit: tuple[float, ...]
    home: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check that every list has one value for each joint."""
        check_lengths(self, ("kp", "kd", "armature", "force_limit", "home"))

    def home_of(self, side: str) -> list[float]:
        """Return the home angles of the limb on a side; rolls and yaws change sign in a mirror."""
        turns = [any(turn in joint.lower() for turn in ("roll", "yaw")) for joint in self.joints]
        flips = [side == "right" and turn for turn in turns]
        return [-angle if flip else angle for flip, angle in zip(flips, self.home, strict=True)]


NO_JOINTS = JointGroup((), (), (), (), (), ())


@dataclasses.dataclass(frozen=True)
class Naming:
    """How a model spells the names of its joints.

    Attributes:
        sides: of the left and the right.
        sided: the name of a limb's joint, made of ``{side}`` and ``{joint}``.
        middle: the name of a joint that has no side, made of ``{joint}``.
    """

    sides: tuple[str, str] = SIDES
    sided: str = "{side}_{joint}_joint"
    middle: str = "{joint}_joint"

    def two_sided(self, group: JointGroup) -> list[str]:
        """Return the names of a limb's joints on both sides, left first."""
        return [
            self.sided.format(side=side, joint=joint)
            for side in self.sides
            for joint in group.joints
        ]

    def unsided(self, group: JointGroup) -> list[str]:
        """Return the names of joints that have no side."""
        return [self.middle.format(joint=joint) for joint in group.joints]


PLAIN_NAMES = Naming()
