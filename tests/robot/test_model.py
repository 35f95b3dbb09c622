import mujoco
import numpy as np
import pytest

from drive2walk.robot.assets.menagerie import robot_xml
from drive2walk.robot.model import (
    HEAD_CAMERA,
    bare_body,
    compile_shared,
    full_body,
    training_body,
    upper_body,
)
from drive2walk.robot.spec import RobotSpec, load_robot, robot_names

SPEC = load_robot("unitree_g1")


@pytest.fixture(scope="module", params=robot_names())
def spec(request: pytest.FixtureRequest) -> RobotSpec:
    return load_robot(request.param)


@pytest.fixture(scope="module")
def body(spec: RobotSpec) -> mujoco.MjModel:
    return full_body(spec, visual=False).compile()


@pytest.fixture(scope="module")
def legs(spec: RobotSpec) -> mujoco.MjModel:
    return training_body(spec).compile()


def at_home(model: mujoco.MjModel, spec: RobotSpec) -> mujoco.MjData:
    data = mujoco.MjData(model)
    data.qpos[2] = spec.standing_height_m
    home = dict(zip(spec.joint_names, spec.home_qpos, strict=True))
    for actuator in range(model.nu):
        name = model.actuator(actuator).name
        data.joint(name).qpos = home[name]
    mujoco.mj_forward(model, data)
    return data


def test_actuators_stand_in_the_order_of_the_spec(
    spec: RobotSpec, body: mujoco.MjModel, legs: mujoco.MjModel
) -> None:
    assert [body.actuator(i).name for i in range(body.nu)] == spec.joint_names
    trained = [legs.actuator(i).name for i in range(legs.nu)]
    assert trained[: spec.num_leg_joints] == spec.leg_joint_names
    # The waist has motors in training, too.
    assert trained[spec.num_leg_joints :] == list(spec.waist_joint_names)


def test_a_shared_model_is_compiled_once_per_body_and_robot() -> None:
    model = compile_shared(bare_body, SPEC)
    assert compile_shared(bare_body, load_robot("unitree_g1")) is model
    assert compile_shared(training_body, SPEC) is not model
    assert compile_shared(bare_body, load_robot("unitree_h1")) is not model
    assert model.nq == bare_body(SPEC).compile().nq


def test_every_joint_has_a_motor(body: mujoco.MjModel) -> None:
    free = 1
    assert body.njnt == body.nu + free


def test_actuators_are_springs_with_the_gains_and_limits_of_the_spec(
    spec: RobotSpec, body: mujoco.MjModel
) -> None:
    # MuJoCo's force: gain * ctrl + bias[1] * qpos + bias[2] * qvel.
    np.testing.assert_allclose(body.actuator_gainprm[:, 0], spec.per_joint("kp"))
    np.testing.assert_allclose(body.actuator_biasprm[:, 1], -spec.per_joint("kp"))
    np.testing.assert_allclose(body.actuator_biasprm[:, 2], -spec.per_joint("kd"))
    np.testing.assert_allclose(body.actuator_forcerange[:, 1], spec.per_joint("force_limit"))


def test_soles_and_joints_rub_as_menagerie_says(spec: RobotSpec, body: mujoco.MjModel) -> None:
    given = mujoco.MjModel.from_xml_path(str(robot_xml(spec)))
    for name in spec.joint_names:
        there, here = (model.joint(name).dofadr[0] for model in (given, body))
        assert body.dof_frictionloss[here] == given.dof_frictionloss[there]
        assert body.dof_damping[here] == given.dof_damping[there]
    for foot in spec.feet.bodies:
        solid = (given.geom_bodyid == given.body(foot).id) & (given.geom_contype > 0)
        soles = (body.geom_bodyid == body.body(foot).id) & (body.geom_contype > 0)
        assert set(body.geom_friction[soles, 0]) == set(given.geom_friction[solid, 0])


def test_training_has_smooth_joints_and_its_own_soles(
    spec: RobotSpec, legs: mujoco.MjModel
) -> None:
    assert not legs.dof_frictionloss.any()
    assert legs.geom("left_foot_0").friction[0] == spec.feet.training_friction


def test_training_keeps_mass_and_foot_positions_of_the_full_body(
    spec: RobotSpec, body: mujoco.MjModel, legs: mujoco.MjModel
) -> None:
    assert legs.body_mass.sum() == pytest.approx(body.body_mass.sum())
    full, trained = at_home(body, spec), at_home(legs, spec)
    for foot in spec.feet.bodies:
        np.testing.assert_allclose(full.body(foot).xpos, trained.body(foot).xpos, atol=1e-9)
    np.testing.assert_allclose(full.subtree_com[1], trained.subtree_com[1], atol=1e-6)


def test_home_pose_stands_on_both_soles(spec: RobotSpec, body: mujoco.MjModel) -> None:
    data = at_home(body, spec)
    soles = np.array(
        [data.geom(f"{side}_foot_{i}").xpos for side in ("left", "right") for i in range(4)]
    )
    heights = soles[:, 2] - spec.feet.contact_radius_m
    assert np.ptp(heights) < 1e-3
    assert 0 <= heights.min() < 0.01
    # The centre of mass is over the middle of the soles.
    assert data.subtree_com[1, :2] == pytest.approx(soles[:, :2].mean(axis=0), abs=0.02)


def test_robot_touches_the_world_but_not_itself(body: mujoco.MjModel) -> None:
    touching = body.geom_contype > 0
    assert touching.sum() > 10
    assert (body.geom_conaffinity == 0).all()


def test_head_camera_is_in_the_head_and_has_the_field_of_view_of_the_spec(
    spec: RobotSpec, body: mujoco.MjModel
) -> None:
    fov = np.degrees(spec.head_camera.vertical_fov_rad)
    assert body.camera(HEAD_CAMERA).fovy[0] == pytest.approx(fov)
    above_the_ground = at_home(body, spec).camera(HEAD_CAMERA).xpos[2]
    assert 0.8 * spec.height_m < above_the_ground < spec.height_m


def test_fingers_have_motors_and_targets_within_their_joints_ranges() -> None:
    spec = SPEC.with_fingers()
    model = full_body(spec).compile()
    assert spec.fingers is not None
    names = spec.fingers.joint_names
    assert [model.actuator(k).name for k in range(model.nu)] == spec.joint_names + names
    ranges = np.array([model.joint(name).range for name in names])
    for grasp in (0.0, 1.0):
        targets = spec.fingers.targets(np.full(2, grasp))
        assert (targets >= ranges[:, 0] - 1e-6).all()
        assert (targets <= ranges[:, 1] + 1e-6).all()


def test_palms_are_solid_only_on_request() -> None:
    bare = full_body(SPEC).compile()
    solid = full_body(SPEC, palms=True).compile()
    assert solid.ngeom == bare.ngeom + 2
    assert solid.body_mass.sum() == pytest.approx(bare.body_mass.sum())
    left, right = (solid.geom(f"{body}_palm") for body in SPEC.hands.bodies)
    assert left.pos * [1, -1, 1] == pytest.approx(right.pos)


def test_upper_body_only_moves_waist_and_arms_with_the_legs_at_home() -> None:
    model = upper_body(SPEC).compile()
    names = {model.joint(k).name for k in range(model.njnt)}
    assert names == set(SPEC.upper_joint_names)
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    whole = full_body(SPEC).compile()
    at_home = mujoco.MjData(whole)
    for name, angle in zip(SPEC.joint_names, SPEC.home_qpos, strict=True):
        at_home.joint(name).qpos = angle
    mujoco.mj_kinematics(whole, at_home)
    foot = SPEC.feet.bodies[0]
    pelvis = at_home.body(SPEC.pelvis).xpos
    assert data.body(foot).xpos == pytest.approx(at_home.body(foot).xpos - pelvis, abs=1e-6)


def test_in_training_the_legs_touch_each_other_and_never_themselves(
    legs: mujoco.MjModel, spec: RobotSpec
) -> None:
    data = at_home(legs, spec)
    mujoco.mj_forward(legs, data)
    assert not data.ncon
    hips = [name for name in spec.leg_joint_names if "hip_roll" in name.lower()]
    for name, inwards in zip(hips, (-0.25, 0.25), strict=True):
        data.joint(name).qpos += inwards
    mujoco.mj_forward(legs, data)
    touching = {
        tuple(sorted(legs.geom(int(geom)).name.split("_")[0] for geom in pair))
        for pair in data.contact.geom[: data.ncon]
    }
    assert touching == {("left", "right")}
