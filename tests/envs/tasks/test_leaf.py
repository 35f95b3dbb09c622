import mujoco
import numpy as np
import pytest

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.tasks.leaf import Leaf, add_leaf, blade_mesh
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_yaw

LEAF = Leaf(length_m=0.14, radius_m=0.028, mass_kg=0.015)


def leaf_on_the_ground(place: tuple[float, float], yaw: float) -> mujoco.MjModel:
    spec = mujoco.MjSpec()
    spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_PLANE, size=[1, 1, 1])
    add_leaf(spec, "leaf", place, yaw, LEAF, Look("", (0.8, 0.5, 0.1, 1.0)))
    return spec.compile()


def test_a_blade_lies_on_the_ground_and_has_the_leaf_s_dimensions() -> None:
    points, _ = blade_mesh(LEAF)
    low, high = points.min(axis=0), points.max(axis=0)
    assert low[2] == pytest.approx(0.0)
    assert high - low == pytest.approx([2 * LEAF.radius_m, LEAF.length_m, high[2]], rel=0.02)
    # The edges lean inwards: fingers that close around the leaf hold it from below.
    assert LEAF.radius_m < high[2] < 2 * LEAF.radius_m


def test_a_blade_s_faces_look_outwards() -> None:
    points, faces = blade_mesh(LEAF)
    a, b, c = points[faces].transpose(1, 0, 2)
    centres = (a + b + c) / 3
    outwards = (centres - [0.0, 0.0, LEAF.radius_m]) * [1.0, 0.0, 1.0]
    middle = np.abs(centres[:, 1]) < LEAF.length_m / 4
    normals = np.cross(b - a, c - a)
    assert (np.einsum("ij,ij->i", normals, outwards)[middle] > 0).all()


def test_a_leaf_comes_to_rest_where_it_is_laid() -> None:
    model = leaf_on_the_ground((0.3, -0.2), 0.5)
    data = mujoco.MjData(model)
    mujoco.mj_step(model, data, nstep=1000)
    assert data.body("leaf").xpos == pytest.approx([0.3, -0.2, 0.0], abs=0.004)
    assert float(quat_yaw(data.body("leaf").xquat)) == pytest.approx(0.5, abs=0.02)
    assert model.body("leaf").mass == pytest.approx(LEAF.mass_kg)
    assert np.linalg.norm(data.qvel) < 0.01


def test_a_tilted_leaf_rocks_back() -> None:
    model = leaf_on_the_ground((0.0, 0.0), 0.0)
    data = mujoco.MjData(model)
    data.qpos[2] = 0.01
    data.qpos[3:] = quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), np.array(0.6))
    mujoco.mj_step(model, data, nstep=2000)
    assert data.body("leaf").xmat[8] > np.cos(0.3)
