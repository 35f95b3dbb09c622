import itertools

import mujoco
import numpy as np
import pytest

from drive2walk.envs.robot_world import DECIMATION, RobotWorld
from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S

SPEC = load_robot("unitree_g1")
BOX = mujoco.mjtGeom.mjGEOM_BOX


def scene(*boxes: tuple[list[float], list[float]], yaw: float = 0.0) -> Scene:
    """Return a bare floor with boxes, each given as (position, half sizes)."""
    spec = mujoco.MjSpec()
    floor = {"type": mujoco.mjtGeom.mjGEOM_PLANE, "size": [5, 5, 0.1]}
    spec.worldbody.add_geom(name="ground", contype=0, conaffinity=1, **floor)
    surfaces = {"ground": "floor"}
    for i, (pos, size) in enumerate(boxes):
        spec.worldbody.add_geom(
            name=f"box_{i}", type=BOX, pos=pos, size=size, contype=0, conaffinity=1
        )
        surfaces[f"box_{i}"] = "furniture"
    return Scene(spec, surfaces, (1.0, -2.0, yaw), (3.0, 0.0), (-5, 5, -5, 5), {})


def stand(world: RobotWorld, seconds: float) -> None:
    for _ in range(round(seconds / CONTROL_DT_S)):
        world.step(SPEC.home_qpos)


def test_a_robot_stands_at_the_start_and_its_soles_on_the_floor_are_no_collision() -> None:
    world = RobotWorld(scene(yaw=0.7), SPEC)
    assert world.base_pose == pytest.approx((1.0, -2.0, 0.7))
    stand(world, 0.4)
    assert not world.fallen
    assert world.collisions == 0
    assert world.time_s == pytest.approx(0.4)


def collides(world: RobotWorld) -> bool:
    """Return whether anything but a sole touches the world."""
    geoms = [[world.model.geom(g).name for g in pair] for pair in world.data.contact.geom]
    return any(not any("_foot_" in name for name in pair) for pair in geoms)


def test_a_contact_that_lasts_is_one_collision() -> None:
    # A wall two centimetres in front of the chest, and a waist that bends forward: the robot
    # touches it, falls and lies.
    world = RobotWorld(scene(([1.20, -2.0, 0.9], [0.05, 0.5, 0.9])), SPEC)
    lean = SPEC.home_qpos.copy()
    lean[SPEC.joint_names.index("waist_pitch_joint")] = 0.5
    counts, steps_in_contact = [0], 0
    for _ in range(80):
        world.step(lean)
        steps_in_contact += collides(world)
        counts.append(world.collisions)
    assert counts[1] >= 1
    assert steps_in_contact > 25
    # In most steps with a contact nothing new is touched.
    assert sum(b > a for a, b in itertools.pairwise(counts)) < steps_in_contact / 2


@pytest.mark.parametrize("substep", range(DECIMATION))
def test_a_touch_shorter_than_a_control_step_is_a_collision(
    monkeypatch: pytest.MonkeyPatch, substep: int
) -> None:
    """A ball that touches the chest for a single step of the physics counts once."""
    bare = scene()
    ball = bare.spec.worldbody.add_body(name="ball", mocap=True, pos=[0, 0, 3])
    ball.add_geom(name="ball", size=[0.1, 0, 0], contype=0, conaffinity=1)
    world = RobotWorld(bare, SPEC)
    steps, mj_step = itertools.count(), mujoco.mj_step

    def bounce(model: mujoco.MjModel, data: mujoco.MjData) -> None:
        touches = next(steps) == substep
        data.mocap_pos[0] = data.body("robot/torso_link").xipos if touches else [0, 0, 3]
        mj_step(model, data)

    monkeypatch.setattr(mujoco, "mj_step", bounce)
    stand(world, 3 * CONTROL_DT_S)
    assert world.touches == {("torso_link", "ball"): 1}
    assert world.collisions == 1


def test_a_robot_without_support_falls() -> None:
    world = RobotWorld(scene(), SPEC)
    knees = SPEC.home_qpos.copy()
    for side in ("left", "right"):
        knees[SPEC.joint_names.index(f"{side}_hip_pitch_joint")] = 0.9
    for _ in range(100):
        world.step(knees)
    assert world.fallen
    world.reset()
    assert not world.fallen
    assert world.collisions == 0


def test_proprioception_is_read_in_the_order_of_the_spec() -> None:
    world = RobotWorld(scene(yaw=2.0), SPEC)
    body = world.proprioception()
    np.testing.assert_allclose(body.joint_qpos, SPEC.home_qpos)
    np.testing.assert_allclose(body.projected_gravity, [0, 0, -1], atol=1e-12)
    assert not body.gyro.any()
    assert not body.joint_qvel.any()


def test_the_gyro_is_the_mean_over_the_control_step_so_that_it_adds_up_to_the_yaw() -> None:
    world = RobotWorld(scene(), SPEC)
    world.data.qpos[2] += 0.3
    waist = SPEC.joint_names.index("waist_yaw_joint")
    turned = 0.0
    for step in range(10):
        targets = SPEC.home_qpos.copy()
        targets[waist] = 0.8 if step < 4 else -0.8
        world.step(targets)
        body = world.proprioception()
        turned -= float(body.projected_gravity @ body.gyro) * CONTROL_DT_S
    assert abs(world.base_pose[2]) > 0.02
    assert turned == pytest.approx(world.base_pose[2], rel=0.02)


def test_a_fast_knee_has_less_torque() -> None:
    world = RobotWorld(scene(), SPEC)
    knee = world.model.joint("robot/left_knee_joint")
    motor = world.model.actuator("robot/left_knee_joint").id
    world.data.qvel[knee.dofadr[0]] = 30.0
    mujoco.mj_forward(world.model, world.data)
    limits = []
    step = mujoco.mj_step

    def spy(model: mujoco.MjModel, data: mujoco.MjData) -> None:
        limits.append((abs(data.qvel[knee.dofadr[0]]), model.actuator_forcerange[motor, 1]))
        step(model, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mujoco, "mj_step", spy)
        stand(world, 0.2)
    speeds, torques = np.array(limits).T
    assert torques[0] == 0.0
    assert torques[-1] == 139.0
    assert torques == pytest.approx(139 * np.clip((22.7 - speeds) / (22.7 - 14.5), 0, 1))
