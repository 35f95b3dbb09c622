"""The description of a robot: joints, gains, feet, hands, head camera and limits, from YAML."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.joints.hands import Fingers, Hands
from drive2walk.robot.joints.joint_group import NO_JOINTS, PLAIN_NAMES, SIDES, JointGroup, Naming

SPECS = Path(__file__).parent / "specs"


@dataclasses.dataclass(frozen=True)
class Feet:
    """The soles.

    Attributes:
        bodies: Names of the bodies that are the left and the right foot.
        contact_points: Points of the left sole in the foot's frame, (x, y, z) in metres; the
            right sole mirrors them in y.
        contact_radius_m: Radius of the ball at each point.
        friction: Sliding friction coefficient, as in Menagerie.
        training_friction: Sliding friction coefficient in the training physics.
    """

    bodies: tuple[str, str]
    contact_points: tuple[tuple[float, float, float], ...]
    contact_radius_m: float
    friction: float
    training_friction: float = 0.8

    @property
    def sole_height_m(self) -> float:
        """Height of the foot's frame above the ground when the foot stands flat."""
        return self.contact_radius_m - self.contact_points[0][2]


@dataclasses.dataclass(frozen=True)
class HeadCamera:
    """The camera in the head.

    Attributes:
        position: Position in the frame of the body that carries the camera, m.
        pitch_down_rad: Angle of the optical axis below the horizontal, at home.
        vertical_fov_rad: Vertical field of view.
        width: Image width in pixels.
        height: Image height in pixels.
        rate_hz: Images per second.
        body: Name of the body that carries the camera; None is the torso.
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
    """The inertial sensor.

    Attributes:
        site: Name of the site in the model that marks its place.
    """

    site: str


@dataclasses.dataclass(frozen=True)
class RobotSpec:
    """One robot.

    Joints are ordered everywhere: left leg, right leg, waist, neck, left arm, right arm.

    Attributes:
        menagerie: Name of the robot in MuJoCo Menagerie.
        entry: Name of its model there.
        pelvis: Name of the base: the body with the free joint, from which the legs hang.
        torso: Name of the body that carries arms and head.
        legs: Joints of one leg.
        waist: Joints between pelvis and torso.
        arms: Joints of one arm.
        feet: The soles.
        hands: The hands.
        head_camera: The camera in the head.
        imu: The inertial sensor.
        standing_height_m: Height of the base above the ground at home.
        footprint_radius_m: Radius of the vertical cylinder that the robot fits in.
        height_m: Height of the robot.
        max_step_m: Highest step that the robot may step onto or over.
        max_slope_deg: Steepest slope that the robot may walk on.
        walkable_surfaces: Surfaces of the taxonomy that the robot may step on.
        neck: Joints between torso and head.
        naming: Spelling of the joint names.
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
    naming: Naming = PLAIN_NAMES

    @property
    def leg_joint_names(self) -> list[str]:
        """Names of the leg joints, left leg first."""
        return self.naming.two_sided(self.legs)

    @property
    def num_leg_joints(self) -> int:
        """Number of joints in both legs."""
        return len(SIDES) * len(self.legs.joints)

    @property
    def waist_joint_names(self) -> list[str]:
        """Names of the waist's joints."""
        return self.naming.unsided(self.waist)

    @property
    def upper_joint_names(self) -> list[str]:
        """Names of the waist's, the neck's and the arms' joints."""
        return (
            self.waist_joint_names
            + self.naming.unsided(self.neck)
            + self.naming.two_sided(self.arms)
        )

    @property
    def joint_names(self) -> list[str]:
        """Names of all actuated joints."""
        return self.leg_joint_names + self.upper_joint_names

    @property
    def fingers(self) -> Fingers | None:
        """The fingers of this robot; None where its hands are rigid."""
        fingers = self.hands.fingers
        return fingers if fingers is not None and fingers.entry == self.entry else None

    def with_fingers(self) -> RobotSpec:
        """Return the same robot with hands that grasp.

        Raises:
            ConfigError: The spec describes no fingers.
        """
        if self.hands.fingers is None:
            raise ConfigError(f"{self.menagerie} has no 'fingers'. Add them to its spec's hands.")
        return dataclasses.replace(self, entry=self.hands.fingers.entry)

    def per_joint(self, field: str) -> NDArray[np.float64]:
        """Return a field of the joint groups for every joint, (num_joints,).

        Args:
            field: kp, kd, armature, force_limit, rated_rad_s or no_load_rad_s; speeds are infinite
                where the spec has none.
        """
        legs, arms = self.legs.values_of(field), self.arms.values_of(field)
        middle = self.waist.values_of(field) + self.neck.values_of(field)
        return np.array([*legs, *legs, *middle, *arms, *arms])

    @property
    def motor_speeds(self) -> dict[str, tuple[float, float]]:
        """Rated and no-load speed of each joint's motor, in rad/s; infinite if unknown."""
        rated, no_load = (self.per_joint(f"{name}_rad_s").tolist() for name in ("rated", "no_load"))
        return dict(zip(self.joint_names, zip(rated, no_load, strict=True), strict=True))

    @property
    def home_qpos(self) -> NDArray[np.float64]:
        """The home angle of every joint in radians, (num_joints,)."""
        left, right = (self.legs.home_of(side) for side in SIDES)
        arm_left, arm_right = (self.arms.home_of(side) for side in SIDES)
        middle = self.waist.home + self.neck.home
        return np.array([*left, *right, *middle, *arm_left, *arm_right])


def robot_names() -> list[str]:
    """Return the names of all robots with a spec."""
    return sorted(path.stem for path in SPECS.glob("*.yaml"))


def load_robot(name: str) -> RobotSpec:
    """Return the spec of a robot.

    Args:
        name: Name of a spec in this package, or path of a YAML file.

    Raises:
        ConfigError: There is no such robot, or its YAML is wrong.
    """
    try:
        return load_config(RobotSpec, name, SPECS)
    except ConfigError as error:
        raise ConfigError(str(error).replace("unknown config", "unknown robot")) from error
