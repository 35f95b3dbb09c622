"""One robot in one scene: steps joint targets, reads its sensors, knows the truth about both."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from envs.scenes.scene import Scene
from robot.frames import quat_from_axis_angle, quat_rotate_inverse, quat_yaw
from robot.model import CONTROL_DT_S, FULL_SIM_DT_S, HEAD_CAMERA, full_body
from robot.proprioception import Proprioception
from robot.spec import RobotSpec

DECIMATION = round(CONTROL_DT_S / FULL_SIM_DT_S)

# In a scene the robot's names carry this prefix, so that they never meet the furniture's.
PREFIX = "robot/"

FALLEN_HEIGHT_M = 0.5
FALLEN_TILT_COS = float(np.cos(np.radians(41)))


class RobotWorld:
    """A scene with one robot in it, 50 control steps a second."""

    def __init__(self, scene: Scene, spec: RobotSpec) -> None:
        self.spec = spec
        self.scene = scene
        self.model = _compile(scene, spec)
        self.data = mujoco.MjData(self.model)
        joints = [self.model.joint(PREFIX + name) for name in spec.joint_names]
        self._qpos_at = np.array([joint.qposadr[0] for joint in joints])
        self._qvel_at = np.array([joint.dofadr[0] for joint in joints])
        self._actuators = np.array(
            [self.model.actuator(PREFIX + name).id for name in spec.joint_names]
        )
        self.head_camera = PREFIX + HEAD_CAMERA
        self._contact_kinds = _ContactKinds(self.model, scene)
        self._touching: set[tuple[str, str]] = set()
        self._gyro = np.zeros(3)
        self.collisions = 0
        self.reset()

    def reset(self) -> None:
        """Stand at the scene's start in the home pose, at rest."""
        mujoco.mj_resetData(self.model, self.data)
        x, y, yaw = self.scene.start
        self.data.qpos[:3] = [x, y, self.spec.standing_height_m]
        self.data.qpos[3:7] = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), np.array(yaw))
        self.data.qpos[self._qpos_at] = self.spec.home_qpos
        self.data.ctrl[self._actuators] = self.spec.home_qpos
        mujoco.mj_forward(self.model, self.data)
        self._gyro = self.data.qvel[3:6].copy()
        self._touching.clear()
        self.collisions = 0

    def step(self, joint_targets: NDArray[np.float64]) -> None:
        """Hold the joint targets (num_joints,) in radians for one control step."""
        self.data.ctrl[self._actuators] = joint_targets
        gyro = np.zeros(3)
        for _ in range(DECIMATION):
            mujoco.mj_step(self.model, self.data)
            gyro += self.data.qvel[3:6]
        self._gyro = gyro / DECIMATION
        touching = self._contact_kinds.collisions(self.data)
        self.collisions += len(touching - self._touching)
        self._touching = touching

    def proprioception(self) -> Proprioception:
        """Read the joint encoders and the IMU.

        The IMU runs at the rate of the simulation and gives the mean over the control step:
        single samples miss what a foot strike turns, and dead reckoning would drift by it.
        """
        quat = self.data.qpos[3:7]
        return Proprioception(
            joint_qpos=self.data.qpos[self._qpos_at].copy(),
            joint_qvel=self.data.qvel[self._qvel_at].copy(),
            projected_gravity=quat_rotate_inverse(quat, np.array([0.0, 0.0, -1.0])),
            gyro=self._gyro,
        )

    @property
    def base_pose(self) -> tuple[float, float, float]:
        """The true x, y in metres and yaw in radians of the pelvis."""
        x, y = self.data.qpos[:2]
        return float(x), float(y), float(quat_yaw(self.data.qpos[3:7]))

    @property
    def fallen(self) -> bool:
        """Whether the pelvis is lower or more tilted than in any step of walking."""
        gravity = quat_rotate_inverse(self.data.qpos[3:7], np.array([0.0, 0.0, -1.0]))
        return bool(self.data.qpos[2] < FALLEN_HEIGHT_M or -gravity[2] < FALLEN_TILT_COS)

    @property
    def time_s(self) -> float:
        """Simulated time since the reset."""
        return float(self.data.time)


class _ContactKinds:
    """Tells collisions from steps: anything but a sole on a surface made to be walked on."""

    def __init__(self, model: mujoco.MjModel, scene: Scene) -> None:
        body_of = model.geom_bodyid
        self._body_name = [model.body(b).name for b in body_of]
        self._is_world = body_of == 0
        surfaces = [scene.surfaces.get(model.geom(i).name, "") for i in range(model.ngeom)]
        self._is_ground = np.isin(surfaces, ["floor", "sidewalk", "road"])
        self._is_sole = np.array(["_foot_" in model.geom(i).name for i in range(model.ngeom)])
        self._geom_name = [model.geom(i).name for i in range(model.ngeom)]

    def collisions(self, data: mujoco.MjData) -> set[tuple[str, str]]:
        """Return the (robot body, world geom) pairs that touch and shouldn't."""
        pairs = set()
        for a, b in data.contact.geom[: data.ncon]:
            robot, world = (b, a) if self._is_world[a] else (a, b)
            if self._is_world[world] and not (self._is_sole[robot] and self._is_ground[world]):
                pairs.add((self._body_name[robot], self._geom_name[world]))
        return pairs


def _compile(scene: Scene, spec: RobotSpec) -> mujoco.MjModel:
    world = scene.spec.copy()
    world.option.timestep = FULL_SIM_DT_S
    world.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    world.attach(full_body(spec), prefix=PREFIX, frame=world.worldbody.add_frame())
    world.visual.global_.offwidth = max(world.visual.global_.offwidth, 640)
    world.visual.global_.offheight = max(world.visual.global_.offheight, 480)
    world.visual.quality.offsamples = 0
    return world.compile()
