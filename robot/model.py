"""Builds a robot's MuJoCo model from its spec: all joints to act in a scene, or legs to train."""

from __future__ import annotations

import mujoco
import numpy as np

from robot.assets import robot_xml, thinned_meshes
from robot.errors import ConfigError
from robot.frames import quat_from_axis_angle, quat_multiply
from robot.hands import Fingers
from robot.joint_group import SIDES
from robot.spec import RobotSpec

HEAD_CAMERA = "head"
TRAINING_SIM_DT_S = 0.01
FULL_SIM_DT_S = 0.004
# Enough for distances between limbs; the full hulls would take the control loop's whole time.
HULL_VERTICES = 24
# Shins are alike on the robots of this size; capsules leave out the knee and the ankle. What is
# shorter than a shin belongs to the ankle.
SHIN_RADIUS_M, SHIN_SHARES, SHORTEST_SHIN_M = 0.05, (0.1, 0.85), 0.1
# Robot geoms touch the world and the world touches nothing else: self-contact costs time and
# gains nothing while the legs keep apart.
ROBOT_CONTACT = {"contype": 1, "conaffinity": 0}
WORLD_CONTACT = {"contype": 0, "conaffinity": 1}
# In training left feet and shins touch right ones, and nothing else of the robot itself.
LEG_CONTACT = {
    "left": {"contype": 2, "conaffinity": 4},
    "right": {"contype": 4, "conaffinity": 2},
}


def full_body(spec: RobotSpec, visual: bool = True, palms: bool = False) -> mujoco.MjSpec:
    """Return the robot with all joints, convex meshes for collision and the head camera.

    Args:
        spec: the robot.
        visual: keep the (thinned) visual meshes; without them the robot can't be seen.
        palms: let rigid hands touch things.
    """
    body = _parse(spec)
    if palms:
        _make_hands_solid(body, spec)
    for geom in list(body.geoms):
        seen = geom.contype == 0 and geom.conaffinity == 0
        if seen and not visual:
            body.delete(geom)
        elif not seen:
            geom.contype, geom.conaffinity = ROBOT_CONTACT["contype"], ROBOT_CONTACT["conaffinity"]
    _replace_feet(body, spec)
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
    _replace_feet(body, spec)
    _let_legs_touch(body, spec)
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


def _make_hands_solid(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    palm = spec.hands.palm
    if palm is None or spec.fingers is not None:
        return
    for mirror, name in zip((1.0, -1.0), spec.hands.bodies, strict=True):
        x, y, z = palm.position
        body.body(name).add_geom(
            name=f"{name}_palm",
            type=mujoco.mjtGeom.mjGEOM_BOX,
            size=[edge / 2 for edge in palm.size],
            pos=[x, mirror * y, z],
            quat=quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), mirror * palm.yaw_rad),
            mass=0,
            group=3,
        )


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


def _let_legs_touch(body: mujoco.MjSpec, spec: RobotSpec) -> None:
    """Put a capsule over each sole, as wide and as low as its contact points, and on each shin."""
    points, radius = np.array(spec.feet.contact_points), spec.feet.contact_radius_m
    half_width = float(np.ptp(points[:, 1])) / 2 + radius
    heel, toe = points[:, 0].min() - radius, points[:, 0].max() + radius
    middle, bottom = points[:, 1].mean(), points[:, 2].min() - radius
    for side, name in zip(SIDES, spec.feet.bodies, strict=True):
        foot = body.body(name)
        y = middle if side == "left" else -middle
        ends = [[x, y, bottom + half_width] for x in (heel + half_width, toe - half_width)]
        _add_capsule(foot, f"{side}_foot", ends, half_width, LEG_CONTACT[side])
        below = foot
        while np.linalg.norm(below.pos) < SHORTEST_SHIN_M:
            below = below.parent
        shin = [list(share * np.array(below.pos)) for share in SHIN_SHARES]
        _add_capsule(below.parent, f"{side}_shin", shin, SHIN_RADIUS_M, LEG_CONTACT[side])


def _add_capsule(
    link: mujoco.MjsBody,
    name: str,
    ends: list[list[float]],
    radius_m: float,
    contact: dict[str, int],
) -> None:
    link.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=[*ends[0], *ends[1]],
        size=[radius_m, 0, 0],
        condim=3,
        mass=0,
        group=3,
        **contact,
    )


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
