"""The joints of a limb: their gains, armatures, limits of force and speed, and home angles."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from drive2walk.experiment.errors import ConfigError

SIDES = ("left", "right")


def check_lengths(group: Any, fields: tuple[str, ...]) -> None:
    """Check that each of the ``fields`` has one value for each of the group's ``joints``.

    Raises:
        ConfigError: A field has more or fewer values than there are joints.
    """
    for field in fields:
        given = len(getattr(group, field))
        if given != len(group.joints):
            raise ConfigError(f"{field}: got {given} values, {len(group.joints)} are needed.")


@dataclasses.dataclass(frozen=True)
class JointGroup:
    """The joints of one limb; a limb with two sides lists the left one.

    Attributes:
        joints: Short names, which ``Naming`` completes.
        kp: Stiffnesses, N m/rad.
        kd: Dampings, N m s/rad.
        armature: Reflected inertias of the motors, kg m².
        force_limit: Largest torques, N m.
        home: Angles at home, rad.
        rated_rad_s: Speeds up to which the motors give their largest torques; none where no
            torque-speed curve is known.
        no_load_rad_s: Speeds at which the motors give no torque; none as above.

    Raises:
        ConfigError: A list has another length than ``joints``, or a rated speed isn't below its
            no-load speed.
    """

    joints: tuple[str, ...]
    kp: tuple[float, ...]
    kd: tuple[float, ...]
    armature: tuple[float, ...]
    force_limit: tuple[float, ...]
    home: tuple[float, ...]
    rated_rad_s: tuple[float, ...] = ()
    no_load_rad_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check that every list has one value for each joint."""
        check_lengths(self, ("kp", "kd", "armature", "force_limit", "home"))
        if self.rated_rad_s or self.no_load_rad_s:
            check_lengths(self, ("rated_rad_s", "no_load_rad_s"))
        for rated, no_load in zip(self.rated_rad_s, self.no_load_rad_s, strict=True):
            if not 0 < rated < no_load:
                raise ConfigError(
                    f"rated_rad_s is {rated:g} and no_load_rad_s {no_load:g}; give a rated speed "
                    "above 0 and below the no-load speed."
                )

    def values_of(self, field: str) -> tuple[float, ...]:
        """Return a field's value for each joint; infinite speeds where no curve is known."""
        given: tuple[float, ...] = getattr(self, field)
        return given or (math.inf,) * len(self.joints)

    def home_of(self, side: str) -> list[float]:
        """Return the home angles of the limb on ``side``, rad.

        A mirror image changes the sign of rolls and yaws.
        """
        turns = [any(turn in joint.lower() for turn in ("roll", "yaw")) for joint in self.joints]
        flips = [side == "right" and turn for turn in turns]
        return [-angle if flip else angle for flip, angle in zip(flips, self.home, strict=True)]


NO_JOINTS = JointGroup((), (), (), (), (), ())


@dataclasses.dataclass(frozen=True)
class Naming:
    """The spelling of joint names in a robot's model.

    Attributes:
        sides: Words for left and right.
        sided: Pattern for a joint on one side, made of ``{side}`` and ``{joint}``.
        middle: Pattern for a joint without a side, made of ``{joint}``.
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
        """Return the names of joints without a side."""
        return [self.middle.format(joint=joint) for joint in group.joints]


PLAIN_NAMES = Naming()
