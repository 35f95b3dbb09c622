"""How waist and arms move a robot's centre of mass, from their joints' angles."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import upright_matrix
from drive2walk.robot.model import bare_body
from drive2walk.robot.spec import RobotSpec


class UpperBodyMass:
    """The masses of one type of robot, without what its hands hold.

    Args:
        spec: the robot.
    """

    def __init__(self, spec: RobotSpec) -> None:
        self._model = bare_body(spec).compile()
        self._data = mujoco.MjData(self._model)
        for name, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
            self._data.joint(name).qpos = angle
        self._at = [self._model.joint(name).qposadr[0] for name in spec.upper_joint_names]
        self._pelvis = self._model.body(spec.pelvis).id
        self._home = self._centre(self._data.qpos[self._at])

    def shift(self, upper_qpos: Array, projected_gravity: Array) -> Array:
        """Return how far the centre of mass is from where it is at home, upright frame, (N, 2) m.

        Args:
            upper_qpos: angles of waist, neck and arms, (N, num_upper_joints) rad.
            projected_gravity: unit vectors of gravity in the base frame, (N, 3).
        """
        moved = np.array([self._centre(angles) for angles in upper_qpos]) - self._home
        upright: Array = np.einsum("nij,nj->ni", upright_matrix(projected_gravity)[:, :2], moved)
        return upright

    def _centre(self, upper_qpos: Array) -> Array:
        """Return the centre of mass from the pelvis, (3,) m."""
        self._data.qpos[self._at] = upper_qpos
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_comPos(self._model, self._data)
        return np.asarray(self._data.subtree_com[0] - self._data.xpos[self._pelvis])
