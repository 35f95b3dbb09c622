"""Builds a robot's MuJoCo model from its spec: all joints to act in a scene, or legs to train."""

from __future__ import annotations

import mujoco
import numpy as np

from robot.assets import robot_xml, thinned_meshes
from robot.errors import ConfigError
from robot.frames import quat_from_axis_angle, quat_multiply
from robot.spec import SIDES, RobotSpec

HEAD_CAMERA = "head"
# Every controller runs at 50 Hz; the physics takes a whole number of steps in between.
CONTROL_DT_S = 0.02
TRAINING_SIM_DT_S = 0.01
FULL_SIM_DT_S = 0.004
# Robot geoms touch the world and the world touches nothing else: self-contact costs time and
# gains nothing while the legs keep apart.
ROBOT_CONTACT = {"contype": 1, "conaffinity": 0}
WORLD_CONTACT = {"contype": 0, "conaffinity": 1}


def full_body(spec: RobotSpec, visual: bool = True) -> mujoco.MjSpec:
    """Return the robot with all joints, convex meshes for collision and the head camera.

    Args:
        spec: the robot.
        visual: keep the (thinned) visual meshes; without them the robot can't be seen.
    """
    body = _parse(spec)
    for geom in list(body.geoms):
        seen = geom.contype == 0 and geom.conaffinity == 0
        if seen and not visual:
            body.delete(geom)
        elif not seen:
            geom.contype, geom.conaffinity = ROBOT_CONTACT["contype"], ROBOT_CONTACT["conaffinity"]
    _replace_feet(body, spec)
    _set_joints(body, spec, spec.joint_names)
    _add_head_camera(body, spec)
    body.option.timestep = FULL_SIM_DT_S
    body.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    return body


def training_body(spec: RobotSpec) -> mujoco.MjSpec:
    """Return the robot as the legs train on it: few contacts, upper body welded at home.

    Contacts dominate the cost of a step, so that only four points a foot touch the ground.
    """
    body = _parse(spec)
    for geom in list(body.geoms):
        body.delete(geom)
    for mesh in list(body.meshes):
        body.delete(mesh)
    home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
    for name in spec.upper_joint_names:
        _weld(body, name, home[name])
    _replace_feet(body, spec)
    _set_joints(body, spec, spec.leg_joint_names)
    body.compiler.fusestatic = True
    body.option.timestep = TRAINING_SIM_DT_S
    body.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    body.option.cone = mujoco.mjtCone.mjCONE_PYRAMIDAL
    body.option.solver = mujoco.mjtSolver.mjSOL_NEWTON
    body.option.iterations = 8
    body.option.ls_iterations = 8
    return body


def _parse(spec: RobotSpec) -> mujoco.MjSpec:
    xml = robot_xml(spec)
    body = mujoco.MjSpec.from_file(str(xml))
    body.meshdir = str(thinned_meshes(xml.parent / body.meshdir))
    for kind in (body.keys, body.sensors, body.actuators, body.excludes, body.pairs, body.lights):
        for element in list(kind):
            body.delete(element)
    return body


def _replace_feet(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    for side, name in zip(SIDES, spec.feet.bodies, strict=True):
        foot = body.body(name)
        for geom in list(foot.geoms):
            if geom.contype or geom.conaffinity:
                body.delete(geom)
        mirror = 1.0 if side == "left" else -1.0
        for i, (x, y, z) in enumerate(spec.feet.contact_points):
            foot.add_geom(
                name=f"{side}_foot_{i}",
                type=mujoco.mjtGeom.mjGEOM_SPHERE,
                size=[spec.feet.contact_radius_m, 0, 0],
                pos=[x, mirror * y, z],
                friction=[spec.feet.friction, 0.005, 0.0001],
                priority=1,
                condim=3,
                mass=0,
                group=3,
                **ROBOT_CONTACT,
            )


def _set_joints(body: mujoco.MjSpec, spec: RobotSpec, names: list[str]) -> None:
    values = {
        field: dict(zip(spec.joint_names, spec.per_joint(field), strict=True))
        for field in ("kp", "kd", "armature", "force_limit")
    }
    for name in names:
        joint = body.joint(name)
        if joint is None:
            raise ConfigError(f"{spec.menagerie} has no joint '{name}'. Correct its spec.")
        joint.armature = values["armature"][name]
        joint.frictionloss = 0.0
        actuator = body.add_actuator(
            name=name, target=name, trntype=mujoco.mjtTrn.mjTRN_JOINT, inheritrange=1.0
        )
        actuator.set_to_position(kp=values["kp"][name], kv=values["kd"][name], inheritrange=1.0)
        limit = values["force_limit"][name]
        actuator.forcelimited = True
        actuator.forcerange = [-limit, limit]


def _weld(body: mujoco.MjSpec, joint_name: str, angle_rad: float) -> None:
    joint = body.joint(joint_name)
    link = joint.parent
    turn = quat_from_axis_angle(np.array(joint.axis), np.array(angle_rad))
    link.quat = quat_multiply(np.array(link.quat), turn)
    body.delete(joint)


def _add_head_camera(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    camera = spec.head_camera
    pitch = camera.pitch_down_rad
    body.body(spec.torso).add_camera(
        name=HEAD_CAMERA,
        pos=camera.position,
        # Columns: the camera's right, up and backward axes in the torso's frame.
        quat=_quat_from_columns(
            [0, -1, 0], [np.sin(pitch), 0, np.cos(pitch)], [-np.cos(pitch), 0, np.sin(pitch)]
        ),
        fovy=np.degrees(camera.vertical_fov_rad),
    )


def _quat_from_columns(*columns: list[float]) -> list[float]:
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, np.array(columns, dtype=float).T.flatten())
    return list(quat)
