"""The dimensions of a robot's legs, from its compiled model or from a file without a simulator."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_to_matrix
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec

if TYPE_CHECKING:  # a deployed robot has no simulator
    import mujoco


@dataclasses.dataclass(frozen=True)
class LegGeometry:
    """The dimensions of both legs; sides are (left, right).

    Attributes:
        axes: Axis of each joint of a leg: 0 x (roll), 1 y (pitch), 2 z (yaw); (joints,).
        offset: Position of each joint's frame in the frame before it, (joints, 3, 2) m. A waist
            between the pelvis and the hips is assumed to be at zero.
        tilt: Tilt of each joint's frame about y, (joints, 2) rad.
        range: Lowest and highest joint angles, left leg first, (2 * joints, 2) rad.
    """

    axes: NDArray[np.intp]
    offset: Array
    tilt: Array
    range: Array

    @classmethod
    def from_model(cls, model: mujoco.MjModel, spec: RobotSpec) -> LegGeometry:
        """Return the geometry of a compiled model.

        Raises:
            ConfigError: The model's legs aren't built as ``LegKinematics`` assumes.
        """
        names = np.array(spec.leg_joint_names).reshape(len(SIDES), -1)
        count = names.shape[1]
        axes = np.array([_joint_axis(model, str(name)) for name in names[0]])
        offset = np.zeros((count, 3, len(SIDES)))
        tilt = np.zeros((count, len(SIDES)))
        for side, joints in enumerate(names):
            parent, below_waist = _find_hip_parent(
                model, str(joints[0]), model.body(spec.pelvis).id
            )
            for index, name in enumerate(joints):
                parent = _find_moved_body(model, str(name), int(axes[index]), parent)
                offset[index, :, side] = model.body_pos[parent]
                if index == 0:
                    offset[index, :, side] += below_waist
                tilt[index, side] = _measure_tilt(model, str(name), parent)
            foot = model.body(spec.feet.bodies[side]).id
            if foot != parent:
                raise ConfigError(f"{joints[-1]} must move the body {spec.feet.bodies[side]}.")
        ranges = np.array([model.joint(str(name)).range for name in names.ravel()])
        return cls(axes, offset, tilt, ranges)


def _joint_axis(model: mujoco.MjModel, name: str) -> int:
    """Return the axis (0, 1 or 2) of a joint in its own frame."""
    return int(np.argmax(model.joint(name).axis))


def _find_hip_parent(model: mujoco.MjModel, hip: str, pelvis: int) -> tuple[int, Array]:
    """Return the body that a hip hangs from, and its position in the pelvis' frame, (3,) m."""
    link = int(model.body_parentid[int(model.joint(hip).bodyid[0])])
    place, above = np.zeros(3), link
    while above not in (pelvis, 0):
        if model.body_quat[above][0] != 1:
            raise ConfigError(f"{hip}: the link above it must not be tilted against the pelvis.")
        place, above = place + model.body_pos[above], int(model.body_parentid[above])
    if above != pelvis:
        raise ConfigError(f"{hip} must hang from {model.body(pelvis).name}.")
    return link, place


def _find_moved_body(model: mujoco.MjModel, name: str, axis: int, parent: int) -> int:
    """Return the body that a leg's joint moves."""
    joint = model.joint(name)
    body = int(joint.bodyid[0])
    unit = np.eye(3)[axis]
    if model.body_parentid[body] != parent or np.any(joint.pos) or np.any(joint.axis != unit):
        raise ConfigError(f"{name}: expected a joint about {unit} at its body's origin.")
    return body


def _measure_tilt(model: mujoco.MjModel, name: str, body: int) -> float:
    """Return the tilt of a body's frame about y, rad."""
    rotation = quat_to_matrix(model.body_quat[body])
    if abs(rotation[1, 1] - 1) > 1e-6:
        raise ConfigError(f"{name}: its frame must be tilted about y only.")
    return float(np.arctan2(rotation[0, 2], rotation[2, 2]))
