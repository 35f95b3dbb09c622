"""The pose of the head camera in the base frame, from joint encoders alone."""

from __future__ import annotations

import mujoco

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.cameras import MUJOCO_FROM_OPTICAL
from drive2walk.robot.geometry.transforms import transform
from drive2walk.robot.model import HEAD_CAMERA, compile_shared, invisible_body
from drive2walk.robot.spec import RobotSpec


class HeadKinematics:
    """The kinematic chain from the pelvis to the head camera.

    Args:
        spec: The robot.
    """

    def __init__(self, spec: RobotSpec) -> None:
        self._model = compile_shared(invisible_body, spec)
        self._data = mujoco.MjData(self._model)
        self._address = [self._model.joint(name).qposadr[0] for name in spec.joint_names]
        self._data.qpos[:7] = [0, 0, 0, 1, 0, 0, 0]

    def T_base_camera(self, joint_qpos: Array) -> Array:
        """Return the camera's pose in the base frame, (4, 4), optical axes.

        Args:
            joint_qpos: Joint angles, (num_joints,) rad.
        """
        self._data.qpos[self._address] = joint_qpos
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        camera = self._data.camera(HEAD_CAMERA)
        return transform(camera.xmat.reshape(3, 3) @ MUJOCO_FROM_OPTICAL, camera.xpos)
