"""What the robot feels: joints, gravity, rotation, hand poses and fingers, as one vector."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_matrix, quat_to_matrix, upright_matrix
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.model import compile_shared, upper_body
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec, load_robot


class BodyFeatures:
    """Computes what a policy feels of one robot, from proprioception alone.

    Args:
        spec: The robot, with fingers where it has them.
    """

    def __init__(self, spec: RobotSpec) -> None:
        self._model = compile_shared(upper_body, spec)
        self._data = mujoco.MjData(self._model)
        names = spec.upper_joint_names
        self._indices = np.array([self._model.joint(n).qposadr[0] for n in names])
        self._bodies = [self._model.body(name).id for name in spec.hands.bodies]
        self._num_legs = len(spec.leg_joint_names)
        self._fingers = spec.fingers
        # Joints, gravity, gyro, either hand's position and rotation, closing of either hand.
        self.size = len(spec.joint_names) + 3 + 3 + len(SIDES) * 9 + len(SIDES)

    @classmethod
    def from_robot(cls, robot: str, *, fingers: bool) -> BodyFeatures:
        """Return the features of a robot by its spec's name, with or without its fingers.

        Raises:
            ConfigError: There is no such robot, or it has no fingers.
        """
        spec = load_robot(robot)
        return cls(spec.with_fingers() if fingers else spec)

    def hand_poses(self, body: Proprioception) -> Array:
        """Return the measured poses of both hands in the levelled base frame, (2, 7)."""
        self._data.qpos[self._indices] = body.joint_qpos[self._num_legs :]
        mujoco.mj_kinematics(self._model, self._data)
        upright = upright_matrix(body.projected_gravity)
        poses = np.empty((len(self._bodies), 7))
        for k, index in enumerate(self._bodies):
            poses[k, :3] = upright @ self._data.xpos[index]
            poses[k, 3:] = quat_from_matrix(upright @ self._data.xmat[index].reshape(3, 3))
        return poses

    def vector(self, body: Proprioception, finger_qpos: Array, hands: Array) -> Array:
        """Return all features, (size,).

        Args:
            body: Readings of joint encoders and IMU.
            finger_qpos: Joint angles of the fingers, (num_fingers,) rad; (0,) for rigid hands.
            hands: Result of ``hand_poses``.
        """
        matrices = quat_to_matrix(hands[:, 3:])
        rotations = np.concatenate([matrices[..., 0], matrices[..., 1]], axis=-1)
        return np.concatenate(
            [
                body.joint_qpos,
                body.projected_gravity,
                body.gyro,
                hands[:, :3].ravel(),
                rotations.ravel(),
                self.measure_grasps(finger_qpos),
            ]
        )

    def measure_grasps(self, finger_qpos: Array) -> Array:
        """Return how far either hand is closed, 0 open to 1 closed on nothing, (2,)."""
        if self._fingers is None:
            return np.zeros(len(SIDES))
        opened, closed = (self._fingers.targets(np.full(len(SIDES), g)) for g in (0.0, 1.0))
        way, gone = (closed - opened).reshape(2, -1), (finger_qpos - opened).reshape(2, -1)
        return (way * gone).sum(axis=1) / (way * way).sum(axis=1)
