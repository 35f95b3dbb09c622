"""Which of a robot's links touch each other in the worlds of tasks."""

import mujoco
import numpy as np
import pytest

from drive2walk.robot.contacts import add_self_contacts
from drive2walk.robot.model import full_body
from drive2walk.robot.spec import RobotSpec, load_robot

SPEC = load_robot("unitree_g1")
ELBOWS = ("left_elbow_joint", "right_elbow_joint")
ROBOTS = {
    "rigid hands": SPEC,
    "fingers": SPEC.with_fingers(),
    "unitree_h1": load_robot("unitree_h1"),
    "booster_t1": load_robot("booster_t1"),
}


def compile_body(spec: RobotSpec) -> mujoco.MjModel:
    body = full_body(spec, visual=False, palms=True)
    add_self_contacts(body, spec)
    return body.compile()


def find_touches(model: mujoco.MjModel, pose: dict[str, float]) -> set[frozenset[str]]:
    """Return the pairs of links that touch with some joints away from home."""
    data = mujoco.MjData(model)
    home = dict(zip(SPEC.joint_names, SPEC.home_qpos, strict=True))
    for name, angle in (home | pose).items():
        data.joint(name).qpos = angle
    mujoco.mj_forward(model, data)
    pairs = model.geom_bodyid[data.contact.geom]
    return {frozenset(model.body(body).name for body in pair) for pair in pairs}


@pytest.mark.parametrize("spec", ROBOTS.values(), ids=ROBOTS)
def test_at_home_no_link_touches_another(spec: RobotSpec) -> None:
    model = compile_body(spec)
    data = mujoco.MjData(model)
    for name, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
        data.joint(name).qpos = angle
    if spec.fingers is not None:
        for name, angle in zip(
            spec.fingers.joint_names, spec.fingers.targets(np.zeros(2)), strict=True
        ):
            data.joint(name).qpos = angle
    mujoco.mj_forward(model, data)
    assert data.ncon == 0


def test_a_forearm_touches_the_torso_and_an_arm_the_other_arm() -> None:
    model = compile_body(SPEC)
    assert find_touches(model, {}) == set()
    inwards = {"left_shoulder_yaw_joint": -1.5, "left_elbow_joint": 0.3}
    assert any("torso_link" in pair for pair in find_touches(model, inwards))
    crossed = {
        f"{side}_{joint}": sign * angle
        for side, sign in (("left", 1.0), ("right", -1.0))
        for joint, angle in (("shoulder_yaw_joint", -1.0), ("shoulder_roll_joint", 0.1))
    }
    arms = find_touches(model, crossed | dict.fromkeys(ELBOWS, -0.3))
    assert any({name.split("_")[0] for name in pair} == {"left", "right"} for pair in arms)


def test_a_hand_touches_the_thigh() -> None:
    pose = {"left_hip_pitch_joint": -0.5, "left_shoulder_roll_joint": -0.1, "left_elbow_joint": 0.9}
    touches = find_touches(compile_body(SPEC), pose)
    assert any({"left_hip_yaw_link", "left_hip_roll_link"} & pair for pair in touches)


def test_neighbours_never_touch_each_other() -> None:
    model = compile_body(SPEC)
    bent = {"left_wrist_pitch_joint": 1.6, "left_elbow_joint": 1.5, "left_knee_joint": 2.8}
    touches = find_touches(model, bent)
    for link in range(1, model.nbody):
        parent = model.body_parentid[link]
        above = {model.body(parent).name, model.body(model.body_parentid[parent]).name}
        assert not {frozenset({model.body(link).name, name}) for name in above} & touches
