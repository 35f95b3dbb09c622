"""What a robot is: joint groups, gains, feet, head camera and limits, read from YAML."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from robot.cameras import Pinhole
from robot.config import load_config
from robot.errors import ConfigError

SPECS = Path(__file__).parent / "specs"
SIDES = ("left", "right")


def _check_lengths(group: JointGroup | Fingers, fields: tuple[str, ...]) -> None:
    for field in fields:
        given = len(getattr(group, field))
        if given != len(group.joints):
            raise ConfigError(f"{field}: got {given} values, {len(group.joints)} are needed.")


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
        _check_lengths(self, ("kp", "kd", "armature", "force_limit", "home"))


NO_JOINTS = JointGroup((), (), (), (), (), ())


@dataclasses.dataclass(frozen=True)
class Feet:
    """The soles: bodies (left, right) and the left sole's contact points (x, y, z) in metres."""

    bodies: tuple[str, str]
    contact_points: tuple[tuple[float, float, float], ...]
    contact_radius_m: float
    friction: float

    @property
    def sole_height_m(self) -> float:
        """How far the ankle-roll frame is above the ground when the foot stands flat."""
        return self.contact_radius_m - self.contact_points[0][2]


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
        _check_lengths(self, ("kp", "kd", "armature", "force_limit", "mirror", "open", "closed"))

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


@dataclasses.dataclass(frozen=True)
class HeadCamera:
    """The camera in the head: position, pitch, field of view, image.

    Attributes:
        position: in the frame of the body that it is fixed to, m.
        body: that body; by default the torso.
    """

    position: tuple[float, float, float]
    pitch_down_rad: float
    vertical_fov_rad: float
    width: int
    height: int
    rate_hz: int
    body: str | None = None

    @property
    def pinhole(self) -> Pinhole:
        """The camera's projection."""
        return Pinhole.from_fov(self.width, self.height, self.vertical_fov_rad)


@dataclasses.dataclass(frozen=True)
class Imu:
    """Where the inertial sensor sits."""

    site: str


@dataclasses.dataclass(frozen=True)
class RobotSpec:
    """One robot. Joint order everywhere: left leg, right leg, waist, neck, left arm, right arm.

    The pelvis is the base: the body with the free joint, from which the legs hang.
    """

    menagerie: str
    entry: str
    pelvis: str
    torso: str
    legs: JointGroup
    waist: JointGroup
    arms: JointGroup
    feet: Feet
    hands: Hands
    head_camera: HeadCamera
    imu: Imu
    standing_height_m: float
    footprint_radius_m: float
    height_m: float
    max_step_m: float
    max_slope_deg: float
    walkable_surfaces: tuple[str, ...]
    neck: JointGroup = NO_JOINTS
    naming: Naming = Naming()

    @property
    def leg_joint_names(self) -> list[str]:
        """Names of the leg joints, left leg first."""
        return self._two_sided(self.legs)

    @property
    def num_leg_joints(self) -> int:
        """How many joints both legs have."""
        return len(SIDES) * len(self.legs.joints)

    @property
    def waist_joint_names(self) -> list[str]:
        """Names of the waist's joints."""
        return [self.naming.middle.format(joint=joint) for joint in self.waist.joints]

    @property
    def upper_joint_names(self) -> list[str]:
        """Names of the waist's, the neck's and the arms' joints."""
        neck = [self.naming.middle.format(joint=joint) for joint in self.neck.joints]
        return self.waist_joint_names + neck + self._two_sided(self.arms)

    @property
    def joint_names(self) -> list[str]:
        """Names of all actuated joints."""
        return self.leg_joint_names + self.upper_joint_names

    @property
    def fingers(self) -> Fingers | None:
        """The fingers that this robot has; None where its hands are rigid."""
        fingers = self.hands.fingers
        return fingers if fingers is not None and fingers.entry == self.entry else None

    def with_fingers(self) -> RobotSpec:
        """Return the same robot with hands that grasp.

        Raises:
            ConfigError: the spec describes no fingers.
        """
        if self.hands.fingers is None:
            raise ConfigError(f"{self.menagerie} has no 'fingers'. Add them to its spec's hands.")
        return dataclasses.replace(self, entry=self.hands.fingers.entry)

    def per_joint(self, field: str) -> NDArray[np.float64]:
        """Return a group field (kp, kd, armature, force_limit) for every joint, (num_joints,)."""
        legs, arms = getattr(self.legs, field), getattr(self.arms, field)
        middle = getattr(self.waist, field) + getattr(self.neck, field)
        return np.array([*legs, *legs, *middle, *arms, *arms])

    @property
    def home_qpos(self) -> NDArray[np.float64]:
        """The home angle of every joint in radians, (num_joints,)."""
        left, right = (_mirrored_home(self.legs, side) for side in SIDES)
        arm_left, arm_right = (_mirrored_home(self.arms, side) for side in SIDES)
        middle = self.waist.home + self.neck.home
        return np.array([*left, *right, *middle, *arm_left, *arm_right])

    def _two_sided(self, group: JointGroup) -> list[str]:
        return [
            self.naming.sided.format(side=side, joint=joint)
            for side in self.naming.sides
            for joint in group.joints
        ]


def _mirrored_home(group: JointGroup, side: str) -> list[float]:
    # Rolls and yaws change sign under a mirror in the sagittal plane, pitches do not.
    turns = [any(turn in joint.lower() for turn in ("roll", "yaw")) for joint in group.joints]
    flips = [side == "right" and turn for turn in turns]
    return [-angle if flip else angle for flip, angle in zip(flips, group.home, strict=True)]


def robot_names() -> list[str]:
    """Return the names of the robots that have a spec."""
    return sorted(path.stem for path in SPECS.glob("*.yaml"))


def load_robot(name: str) -> RobotSpec:
    """Return the spec of the robot ``name``, or of a YAML file.

    Raises:
        ConfigError: there is no such robot, or its YAML is wrong.
    """
    try:
        return load_config(RobotSpec, name, SPECS)
    except ConfigError as error:
        raise ConfigError(str(error).replace("unknown config", "unknown robot")) from error
