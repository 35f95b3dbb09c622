"""One robot in one scene: steps joint targets, reads its sensors, knows the truth about both."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_rotate_inverse, quat_yaw
from drive2walk.robot.model import FULL_SIM_DT_S, HEAD_CAMERA, full_body
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

DECIMATION = round(CONTROL_DT_S / FULL_SIM_DT_S)

# In a scene the robot's names carry this prefix, so that they never meet the furniture's.
PREFIX = "robot/"

NO_FINGERS: NDArray[np.float64] = np.zeros(0)

# Lower than a robot that squats as deep as it can.
FALLEN_HEIGHT_M = 0.4
FALLEN_TILT_COS = float(np.cos(np.radians(41)))


class RobotWorld:
    """A scene with one robot in it, 50 control steps a second.

    Args:
        scene: the world around it.
        spec: the robot.
        palms: let rigid hands touch things.
    """

    def __init__(self, scene: Scene, spec: RobotSpec, palms: bool = False) -> None:
        self.spec = spec
        self.scene = scene
        self.model = _compile(scene, spec, palms)
        self.data = mujoco.MjData(self.model)
        joints = [self.model.joint(PREFIX + name) for name in spec.joint_names]
        self._qpos_at = np.array([joint.qposadr[0] for joint in joints])
        self._qvel_at = np.array([joint.dofadr[0] for joint in joints])
        base = self.model.joint(self.model.body(PREFIX + spec.pelvis).jntadr[0])
        self._base_qpos, self._base_qvel = base.qposadr[0], base.dofadr[0]
        self._actuators = self._motors(spec.joint_names)
        fingers = spec.fingers.joint_names if spec.fingers else []
        self._finger_actuators = self._motors(fingers)
        self._finger_qpos = np.array(
            [self.model.joint(PREFIX + name).qposadr[0] for name in fingers], dtype=np.intp
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
        at = self._base_qpos
        self.data.qpos[at : at + 3] = [x, y, self.spec.standing_height_m]
        self.data.qpos[at + 3 : at + 7] = quat_from_axis_angle(
            np.array([0.0, 0.0, 1.0]), np.array(yaw)
        )
        self.data.qpos[self._qpos_at] = self.spec.home_qpos
        self.data.ctrl[self._actuators] = self.spec.home_qpos
        self._open_fingers()
        mujoco.mj_forward(self.model, self.data)
        self._gyro = self._base_turn().copy()
        self._touching.clear()
        self.collisions = 0

    def step(
        self,
        joint_targets: NDArray[np.float64],
        finger_targets: NDArray[np.float64] = NO_FINGERS,
    ) -> None:
        """Hold joint targets (num_joints,) and (num_fingers,), rad, for one control step."""
        self.data.ctrl[self._actuators] = joint_targets
        self.data.ctrl[self._finger_actuators] = finger_targets
        gyro = np.zeros(3)
        for _ in range(DECIMATION):
            mujoco.mj_step(self.model, self.data)
            gyro += self._base_turn()
        self._gyro = gyro / DECIMATION
        touching = self._contact_kinds.collisions(self.data)
        self.collisions += len(touching - self._touching)
        self._touching = touching

    def proprioception(self) -> Proprioception:
        """Read the joint encoders and the IMU.

        The IMU runs at the rate of the simulation and gives the mean over the control step:
        single samples miss what a foot strike turns, and dead reckoning would drift by it.
        """
        quat = self.base_quat
        return Proprioception(
            joint_qpos=self.data.qpos[self._qpos_at].copy(),
            joint_qvel=self.data.qvel[self._qvel_at].copy(),
            projected_gravity=quat_rotate_inverse(quat, np.array([0.0, 0.0, -1.0])),
            gyro=self._gyro,
        )

    @property
    def finger_qpos(self) -> NDArray[np.float64]:
        """The fingers' joint angles, (num_fingers,) rad."""
        return self.data.qpos[self._finger_qpos].copy()

    @property
    def base_pose(self) -> tuple[float, float, float]:
        """The true x, y in metres and yaw in radians of the pelvis."""
        x, y, _ = self.base_position
        return float(x), float(y), float(quat_yaw(self.base_quat))

    @property
    def base_position(self) -> NDArray[np.float64]:
        """The true position of the pelvis in the world, (3,) m."""
        return self.data.qpos[self._base_qpos : self._base_qpos + 3].copy()

    @property
    def base_quat(self) -> NDArray[np.float64]:
        """The true attitude of the pelvis in the world, (4,) wxyz."""
        return self.data.qpos[self._base_qpos + 3 : self._base_qpos + 7].copy()

    @property
    def fallen(self) -> bool:
        """Whether the pelvis is lower or more tilted than in any step of walking."""
        gravity = quat_rotate_inverse(self.base_quat, np.array([0.0, 0.0, -1.0]))
        return bool(self.base_position[2] < FALLEN_HEIGHT_M or -gravity[2] < FALLEN_TILT_COS)

    @property
    def time_s(self) -> float:
        """Simulated time since the reset."""
        return float(self.data.time)

    def _motors(self, names: list[str]) -> NDArray[np.intp]:
        ids = [self.model.actuator(PREFIX + name).id for name in names]
        return np.array(ids, dtype=np.intp)

    def _base_turn(self) -> NDArray[np.float64]:
        return self.data.qvel[self._base_qvel + 3 : self._base_qvel + 6]

    def _open_fingers(self) -> None:
        fingers = self.spec.fingers
        if fingers is None:
            return
        targets = fingers.targets(np.zeros(2))
        self.data.qpos[self._finger_qpos] = targets
        self.data.ctrl[self._finger_actuators] = targets


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


def _compile(scene: Scene, spec: RobotSpec, palms: bool) -> mujoco.MjModel:
    world = scene.spec.copy()
    world.option.timestep = FULL_SIM_DT_S
    world.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    world.attach(full_body(spec, palms=palms), prefix=PREFIX, frame=world.worldbody.add_frame())
    world.visual.global_.offwidth = max(world.visual.global_.offwidth, 640)
    world.visual.global_.offheight = max(world.visual.global_.offheight, 480)
    world.visual.quality.offsamples = 0
    return world.compile()
