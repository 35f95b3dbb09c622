"""The shift of a robot's centre of mass by its waist and arms, from joint angles."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import upright_matrix
from drive2walk.robot.model import bare_body, compile_shared
from drive2walk.robot.spec import RobotSpec


class UpperBodyMass:
    """The masses of a robot's links, without what its hands hold.

    Args:
        spec: The robot.
    """

    def __init__(self, spec: RobotSpec) -> None:
        self._model = compile_shared(bare_body, spec)
        self._data = mujoco.MjData(self._model)
        for name, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
            self._data.joint(name).qpos = angle
        self._address = [self._model.joint(name).qposadr[0] for name in spec.upper_joint_names]
        self._pelvis = self._model.body(spec.pelvis).id
        self._home = self._centre_from_pelvis(self._data.qpos[self._address])

    def shift(self, upper_qpos: Array, projected_gravity: Array) -> Array:
        """Return the displacement of the centre of mass from its place at home, (N, 2) m.

        The displacement is horizontal, in the upright frame; the legs are at home.

        Args:
            upper_qpos: Angles of waist, neck and arms, (N, num_upper_joints) rad.
            projected_gravity: Unit vectors of gravity in the base frame, (N, 3).
        """
        centres = np.array([self._centre_from_pelvis(angles) for angles in upper_qpos])
        moved = centres - self._home
        upright: Array = np.einsum("nij,nj->ni", upright_matrix(projected_gravity)[:, :2], moved)
        return upright

    def _centre_from_pelvis(self, upper_qpos: Array) -> Array:
        """Return the centre of mass relative to the pelvis, (3,) m."""
        self._data.qpos[self._address] = upper_qpos
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_comPos(self._model, self._data)
        return np.asarray(self._data.subtree_com[0] - self._data.xpos[self._pelvis])
