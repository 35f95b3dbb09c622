"""Builds a robot's MuJoCo model from its spec: all joints to act in a scene, or legs to train."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.assets import robot_xml, thinned_meshes
from drive2walk.robot.contacts import ROBOT_CONTACT, let_legs_touch, make_hands_solid, replace_feet
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply
from drive2walk.robot.hands import Fingers
from drive2walk.robot.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec

HEAD_CAMERA = "head"
TRAINING_SIM_DT_S = 0.01
FULL_SIM_DT_S = 0.004
# Enough for distances between limbs; the full hulls would take the control loop's whole time.
HULL_VERTICES = 24


def full_body(spec: RobotSpec, visual: bool = True, palms: bool = False) -> mujoco.MjSpec:
    """Return the robot with all joints, convex meshes for collision and the head camera.

    Args:
        spec: the robot.
        visual: keep the (thinned) visual meshes; without them the robot can't be seen.
        palms: let rigid hands touch things.
    """
    body = _parse(spec)
    if palms:
        make_hands_solid(body, spec)
    for geom in list(body.geoms):
        seen = geom.contype == 0 and geom.conaffinity == 0
        if seen and not visual:
            body.delete(geom)
        elif not seen:
            geom.contype, geom.conaffinity = ROBOT_CONTACT["contype"], ROBOT_CONTACT["conaffinity"]
    replace_feet(body, spec)
    _set_joints(body, spec, spec)
    if spec.fingers is not None:
        _set_joints(body, spec, spec.fingers)
    _add_head_camera(body, spec)
    body.option.timestep = FULL_SIM_DT_S
    body.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    return body


def training_body(spec: RobotSpec) -> mujoco.MjSpec:
    """Return the robot as the legs train on it: few contacts, arms welded at home.

    The waist gives way as on the robot: a policy that trained on a rigid one sets the
    torso swinging.

    Contacts dominate the cost of a step, so that only four points a foot touch the ground, and of
    the robot itself the feet and shins of one leg those of the other.
    """
    body = bare_body(spec)
    home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
    for name in spec.upper_joint_names:
        if name not in spec.waist_joint_names:
            _weld(body, name, home[name])
    replace_feet(body, spec)
    let_legs_touch(body, spec)
    _set_joints(body, spec, spec, spec.leg_joint_names + spec.waist_joint_names)
    body.compiler.fusestatic = True
    body.option.timestep = TRAINING_SIM_DT_S
    body.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    body.option.cone = mujoco.mjtCone.mjCONE_PYRAMIDAL
    body.option.solver = mujoco.mjtSolver.mjSOL_NEWTON
    body.option.iterations = 8
    body.option.ls_iterations = 8
    return body


def bare_body(spec: RobotSpec) -> mujoco.MjSpec:
    """Return the robot's links and joints, without shapes and actuators."""
    body = _parse(spec)
    for geom in list(body.geoms):
        body.delete(geom)
    for mesh in list(body.meshes):
        body.delete(mesh)
    return body


def upper_body(spec: RobotSpec) -> mujoco.MjSpec:
    """Return waist and arms on a pelvis that is fixed at the origin, to solve kinematics with.

    Legs stand and fingers are open as at home; every collision shape can meet every other.
    """
    body = full_body(spec, visual=False, palms=True)
    for actuator in list(body.actuators):
        body.delete(actuator)
    for joint in list(body.joints):
        if joint.type == mujoco.mjtJoint.mjJNT_FREE:
            body.delete(joint)
    home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
    for name in spec.leg_joint_names:
        _weld(body, name, home[name])
    if spec.fingers is not None:
        opened = spec.fingers.targets(np.zeros(len(SIDES)))
        for name, angle in zip(spec.fingers.joint_names, opened, strict=True):
            _weld(body, name, angle)
    body.body(spec.pelvis).pos = [0, 0, 0]
    for geom in body.geoms:
        geom.contype = geom.conaffinity = 1
    for mesh in body.meshes:
        mesh.maxhullvert = HULL_VERTICES
    return body


def _parse(spec: RobotSpec) -> mujoco.MjSpec:
    xml = robot_xml(spec)
    body = mujoco.MjSpec.from_file(str(xml))
    body.meshdir = str(thinned_meshes(xml.parent / body.meshdir))
    for kind in (body.keys, body.sensors, body.actuators, body.excludes, body.pairs, body.lights):
        for element in list(kind):
            body.delete(element)
    return body


def _set_joints(
    body: mujoco.MjSpec,
    spec: RobotSpec,
    group: RobotSpec | Fingers,
    names: list[str] | None = None,
) -> None:
    """Give the joints of ``group`` (those of ``names``, or all) their motors."""
    values = {
        field: dict(zip(group.joint_names, group.per_joint(field), strict=True))
        for field in ("kp", "kd", "armature", "force_limit")
    }
    for name in names if names is not None else group.joint_names:
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
    body.body(camera.body or spec.torso).add_camera(
        name=HEAD_CAMERA,
        pos=camera.position,
        # Columns: the camera's right, up and backward axes in that body's frame.
        quat=_quat_from_columns(
            [0, -1, 0], [np.sin(pitch), 0, np.cos(pitch)], [-np.cos(pitch), 0, np.sin(pitch)]
        ),
        fovy=np.degrees(camera.vertical_fov_rad),
    )


def _quat_from_columns(*columns: list[float]) -> list[float]:
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, np.array(columns, dtype=float).T.flatten())
    return list(quat)
