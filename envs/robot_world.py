"""One robot in one scene, driven by joint targets, with its sensors and its true state."""

from __future__ import annotations

import dataclasses

import mujoco
import numpy as np

from drive2walk.envs.collisions import CollisionCounter
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.sensors.robot_sensors import RobotSensors, SensorPlaces
from drive2walk.envs.sensors.sensor_errors import IDEAL, SensorConfig, draw_errors
from drive2walk.envs.walking_people import WalkingPeople
from drive2walk.robot.contacts import add_self_contacts
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_rotate_inverse, quat_yaw
from drive2walk.robot.joints.torque_speed import TorqueSpeedCurves
from drive2walk.robot.model import FULL_SIM_DT_S, HEAD_CAMERA, full_body
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

DECIMATION = round(CONTROL_DT_S / FULL_SIM_DT_S)

# Prefix of the robot's names in a scene, which keeps them apart from the furniture's.
PREFIX = "robot/"

NO_FINGERS: Array = np.zeros(0)

# Lower than the pelvis in the deepest squat.
FALLEN_HEIGHT_M = 0.4
FALLEN_TILT_COS = float(np.cos(np.radians(41)))


class RobotWorld:
    """A scene with one robot in it, 50 control steps per second. Rigid hands have solid palms.

    Args:
        scene: The world around the robot.
        spec: The robot.
        self_contact: Let the robot's links touch each other.
        sensors: Sizes of the sensors' errors.
        sensor_seed: Seed of the sensors' errors.

    Attributes:
        model: The compiled world.
        data: State of the world.
        head_camera: Name of the camera in the robot's head.
    """

    def __init__(
        self,
        scene: Scene,
        spec: RobotSpec,
        self_contact: bool = False,
        sensors: SensorConfig = IDEAL,
        sensor_seed: int = 0,
    ) -> None:
        self.spec = spec
        self.scene = scene
        errors = draw_errors(sensors, len(spec.joint_names), sensor_seed)
        # The robot doesn't know that its camera is tilted: ``spec`` stays as it is.
        tilted = _tilt_camera(spec, float(errors.camera_pitch_rad))
        self.model = _compile(scene, tilted, self_contact)
        self.data = mujoco.MjData(self.model)
        joints = [self.model.joint(PREFIX + name) for name in spec.joint_names]
        self._qpos_at = np.array([joint.qposadr[0] for joint in joints])
        self._qvel_at = np.array([joint.dofadr[0] for joint in joints])
        base = self.model.joint(self.model.body(PREFIX + spec.pelvis).jntadr[0])
        self._base_qpos, self._base_qvel = base.qposadr[0], base.dofadr[0]
        self._actuators = self._actuator_ids(spec.joint_names)
        fingers = spec.fingers.joint_names if spec.fingers else []
        self._finger_actuators = self._actuator_ids(fingers)
        self._finger_qpos = np.array(
            [self.model.joint(PREFIX + name).qposadr[0] for name in fingers], dtype=np.intp
        )
        self.head_camera = PREFIX + HEAD_CAMERA
        self._collisions = CollisionCounter(self.model, scene, PREFIX)
        self._people = WalkingPeople(self.model, scene.walkers)
        self._curves = TorqueSpeedCurves.from_model(self.model, spec.motor_speeds, PREFIX)
        self._full_range = self.model.actuator_forcerange[self._curves.actuators].copy()
        places = SensorPlaces(
            self._qpos_at,
            self._qvel_at,
            self._base_qpos,
            self._base_qvel,
            self.model.site(PREFIX + spec.imu.site).id,
        )
        self._sensors = RobotSensors(sensors, errors, places, FULL_SIM_DT_S, sensor_seed)
        self.reset()

    @property
    def collisions(self) -> int:
        """Number of collisions since the reset."""
        return self._collisions.total

    @property
    def touches(self) -> dict[tuple[str, str], int]:
        """Number of collisions since the reset by (robot body, world geom)."""
        return {
            (body.removeprefix(PREFIX), geom): count
            for (body, geom), count in self._collisions.counts.items()
        }

    def reset(self) -> None:
        """Put the robot at the scene's start, at home and at rest."""
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
        self._people.reset(self.data)
        mujoco.mj_forward(self.model, self.data)
        self.restart_sensors()
        self._collisions.reset()

    def step(self, joint_targets: Array, finger_targets: Array = NO_FINGERS) -> None:
        """Hold joint targets for one control step.

        Args:
            joint_targets: Targets of all joints but the fingers, (num_joints,) rad.
            finger_targets: Targets of the fingers, left hand first, (num_fingers,) rad; (0,) for
                rigid hands.
        """
        self.data.ctrl[self._actuators] = joint_targets
        self.data.ctrl[self._finger_actuators] = finger_targets
        self._sensors.begin_step()
        for _ in range(DECIMATION):
            self._people.walk(self.data, self.base_position[:2])
            self._curves.limit_torques(
                self.data.qvel, self._full_range, self.model.actuator_forcerange
            )
            mujoco.mj_step(self.model, self.data)
            self._sensors.sample(self.data)
            self._collisions.update(self.data)

    def proprioception(self) -> Proprioception:
        """Return the readings of the joint encoders and the IMU, with the sensors' errors."""
        return self._sensors.read()

    def restart_sensors(self) -> None:
        """Forget all measurements, for a robot that is at rest in a state that was just set."""
        self._sensors.restart(self.data)

    @property
    def finger_qpos(self) -> Array:
        """The joint angles of the fingers, (num_fingers,) rad."""
        return self.data.qpos[self._finger_qpos].copy()

    @property
    def base_pose(self) -> tuple[float, float, float]:
        """The true x, y in metres and yaw in radians of the pelvis."""
        x, y, _ = self.base_position
        return float(x), float(y), float(quat_yaw(self.base_quat))

    @property
    def base_position(self) -> Array:
        """The true position of the pelvis in the world, (3,) m."""
        return self.data.qpos[self._base_qpos : self._base_qpos + 3].copy()

    @property
    def base_quat(self) -> Array:
        """The true attitude of the pelvis in the world, (4,) wxyz."""
        return self.data.qpos[self._base_qpos + 3 : self._base_qpos + 7].copy()

    @property
    def fallen(self) -> bool:
        """Whether the pelvis is lower or more tilted than it ever is in walking."""
        gravity = quat_rotate_inverse(self.base_quat, np.array([0.0, 0.0, -1.0]))
        return bool(self.base_position[2] < FALLEN_HEIGHT_M or -gravity[2] < FALLEN_TILT_COS)

    @property
    def time_s(self) -> float:
        """Simulated time since the reset."""
        return float(self.data.time)

    def _actuator_ids(self, names: list[str]) -> Ids:
        ids = [self.model.actuator(PREFIX + name).id for name in names]
        return np.array(ids, dtype=np.intp)

    def _open_fingers(self) -> None:
        fingers = self.spec.fingers
        if fingers is None:
            return
        targets = fingers.targets(np.zeros(2))
        self.data.qpos[self._finger_qpos] = targets
        self.data.ctrl[self._finger_actuators] = targets


def _tilt_camera(spec: RobotSpec, pitch_rad: float) -> RobotSpec:
    """Return the robot with its head camera pitched further down by an angle."""
    camera = spec.head_camera
    tilted = dataclasses.replace(camera, pitch_down_rad=camera.pitch_down_rad + pitch_rad)
    return dataclasses.replace(spec, head_camera=tilted)


def _compile(scene: Scene, spec: RobotSpec, self_contact: bool) -> mujoco.MjModel:
    """Return the compiled scene with the robot in it; the scene stays unchanged."""
    world = scene.spec.copy()
    world.option.timestep = FULL_SIM_DT_S
    world.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    body = full_body(spec, palms=True)
    if self_contact:
        add_self_contacts(body, spec)
    world.attach(body, prefix=PREFIX, frame=world.worldbody.add_frame())
    world.visual.global_.offwidth = max(world.visual.global_.offwidth, 640)
    world.visual.global_.offheight = max(world.visual.global_.offheight, 480)
    world.visual.quality.offsamples = 0
    return world.compile()
