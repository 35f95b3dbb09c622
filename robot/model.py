"""MuJoCo models of a robot: every joint to act in a scene, or legs and waist to train.

Links, masses, joint ranges, joint damping and friction loss, and the sliding friction of the soles
are Menagerie's. The robot's spec replaces gains and armatures, and puts four points in place of
each sole. The training body differs in two ways: its joints have no friction loss, which would add
a constraint for every joint, and its soles have the friction ``feet.training_friction``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import mujoco
import numpy as np

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.assets.menagerie import robot_xml
from drive2walk.robot.assets.meshes import thinned_meshes
from drive2walk.robot.contacts import (
    ROBOT_CONTACT,
    add_leg_contacts,
    add_palms,
    replace_feet,
)
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply
from drive2walk.robot.joints.hands import Fingers
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec

HEAD_CAMERA = "head"
TRAINING_SIM_DT_S = 0.01
FULL_SIM_DT_S = 0.004
# Enough for distances between limbs; the full hulls would take the control loop's whole time.
HULL_VERTICES = 24


@functools.lru_cache(maxsize=16)
def compile_shared(build: Callable[[RobotSpec], mujoco.MjSpec], spec: RobotSpec) -> mujoco.MjModel:
    """Return the compiled model of ``build(spec)``, one object for the whole process.

    Readers of kinematics and masses share it, each with its own ``MjData``. Do not write to it:
    to change a model, compile one of your own.

    Args:
        build: One of this module's functions from a spec to a body.
        spec: The robot.
    """
    return build(spec).compile()


def full_body(spec: RobotSpec, visual: bool = True, palms: bool = False) -> mujoco.MjSpec:
    """Return the robot with all joints, convex collision meshes and the head camera.

    Args:
        spec: The robot.
        visual: Keep the (thinned) visual meshes; a robot without them is invisible.
        palms: Give rigid hands a shape that touches things.
    """
    body = _parse(spec)
    if palms:
        add_palms(body, spec)
    for geom in list(body.geoms):
        is_visual = geom.contype == 0 and geom.conaffinity == 0
        if is_visual and not visual:
            body.delete(geom)
        elif not is_visual:
            geom.contype, geom.conaffinity = ROBOT_CONTACT["contype"], ROBOT_CONTACT["conaffinity"]
    replace_feet(body, spec, spec.feet.friction)
    _add_motors(body, spec, spec)
    if spec.fingers is not None:
        _add_motors(body, spec, spec.fingers)
    _add_head_camera(body, spec)
    body.option.timestep = FULL_SIM_DT_S
    body.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    return body


def invisible_body(spec: RobotSpec) -> mujoco.MjSpec:
    """Return the full body without its visual meshes, for physics and kinematics."""
    return full_body(spec, visual=False)


def training_body(spec: RobotSpec) -> mujoco.MjSpec:
    """Return the robot in which legs are trained: few contacts, the arms welded at home.

    The waist has its motors, as on the robot: a policy trained on a rigid waist makes the torso
    swing. Contacts dominate the cost of a step, so only four points of each foot touch the ground,
    and within the robot only the feet and shins of one leg touch those of the other.
    """
    body = bare_body(spec)
    home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
    for name in spec.upper_joint_names:
        if name not in spec.waist_joint_names:
            _weld_joint(body, name, home[name])
    replace_feet(body, spec, spec.feet.training_friction)
    add_leg_contacts(body, spec)
    _add_motors(body, spec, spec, spec.leg_joint_names + spec.waist_joint_names)
    for joint in body.joints:
        joint.frictionloss = 0.0
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

    The legs are welded at home and the fingers open. Every collision shape can meet every other.
    """
    body = full_body(spec, visual=False, palms=True)
    for actuator in list(body.actuators):
        body.delete(actuator)
    for joint in list(body.joints):
        if joint.type == mujoco.mjtJoint.mjJNT_FREE:
            body.delete(joint)
    home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
    for name in spec.leg_joint_names:
        _weld_joint(body, name, home[name])
    if spec.fingers is not None:
        opened = spec.fingers.targets(np.zeros(len(SIDES)))
        for name, angle in zip(spec.fingers.joint_names, opened, strict=True):
            _weld_joint(body, name, angle)
    body.body(spec.pelvis).pos = [0, 0, 0]
    for geom in body.geoms:
        geom.contype = geom.conaffinity = 1
    for mesh in body.meshes:
        mesh.maxhullvert = HULL_VERTICES
    return body


def _parse(spec: RobotSpec) -> mujoco.MjSpec:
    """Return Menagerie's links, joints and shapes; motors and sensors are the spec's."""
    xml = robot_xml(spec)
    body = mujoco.MjSpec.from_file(str(xml))
    body.meshdir = str(thinned_meshes(xml.parent / body.meshdir))
    for kind in (body.keys, body.sensors, body.actuators, body.excludes, body.pairs, body.lights):
        for element in list(kind):
            body.delete(element)
    return body


def _add_motors(
    body: mujoco.MjSpec,
    spec: RobotSpec,
    group: RobotSpec | Fingers,
    names: list[str] | None = None,
) -> None:
    """Give the joints ``names`` of ``group`` (all of them by default) position servos."""
    values = {
        field: dict(zip(group.joint_names, group.per_joint(field), strict=True))
        for field in ("kp", "kd", "armature", "force_limit")
    }
    for name in names if names is not None else group.joint_names:
        joint = body.joint(name)
        if joint is None:
            raise ConfigError(f"{spec.menagerie} has no joint '{name}'. Correct its spec.")
        joint.armature = values["armature"][name]
        actuator = body.add_actuator(
            name=name, target=name, trntype=mujoco.mjtTrn.mjTRN_JOINT, inheritrange=1.0
        )
        actuator.set_to_position(kp=values["kp"][name], kv=values["kd"][name], inheritrange=1.0)
        limit = values["force_limit"][name]
        actuator.forcelimited = True
        actuator.forcerange = [-limit, limit]


def _weld_joint(body: mujoco.MjSpec, joint_name: str, angle_rad: float) -> None:
    """Replace a joint by a fixed rotation of its link."""
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
