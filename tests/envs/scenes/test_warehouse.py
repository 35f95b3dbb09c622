"""Warehouses: a tote to fetch from a rack, and a free way to it and on to a table."""

import math

import mujoco
import numpy as np
import pytest

from drive2walk.envs.scenes.free_space import scene_free_space
from drive2walk.envs.scenes.indoor.warehouse.warehouse import WAY_M, build_warehouse
from drive2walk.envs.scenes.items.tote import TOTE
from drive2walk.envs.scenes.routes import GOAL_CLEARANCE_M, ROBOT_RADIUS_M, START_CLEARANCE_M
from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.geometry.arrays import Array


@pytest.fixture(scope="module", params=[1000, 1001])
def scene(request: pytest.FixtureRequest) -> Scene:
    return build_warehouse(request.param)


def _in_frame(pose: tuple[float, float, float], point: Array) -> Array:
    """Return a point (2,) of the world in the frame of a planar pose."""
    x, y, yaw = pose
    dx, dy = point[0] - x, point[1] - y
    return np.array(
        [math.cos(yaw) * dx + math.sin(yaw) * dy, math.cos(yaw) * dy - math.sin(yaw) * dx]
    )


def test_the_tote_lies_still_on_the_shelf_of_the_rack(scene: Scene) -> None:
    model = scene.spec.compile()
    data = mujoco.MjData(model)
    for _ in range(100):
        mujoco.mj_step(model, data)
    position = data.body(TOTE).xpos
    assert position[2] == pytest.approx(scene.parameters["shelf_height_m"], abs=0.01)
    ahead, aside = _in_frame(scene.parameters["rack"], position[:2])
    assert 0.1 < ahead < 0.2
    assert abs(aside) < 0.4
    assert np.linalg.norm(data.qvel[:3]) < 0.02


def test_rack_and_table_are_as_far_from_the_stand_as_in_the_task(scene: Scene) -> None:
    stand = scene.parameters["stand"]
    assert scene.goal == stand[:2]
    ahead, aside = _in_frame(stand, np.array(scene.parameters["rack"][:2]))
    assert ahead == pytest.approx(1.1)
    assert abs(aside) <= 0.2
    ahead, aside = _in_frame(stand, np.array(scene.parameters["table"][:2]))
    assert 0 <= ahead <= 0.25
    assert aside == pytest.approx(1.2 * scene.parameters["table_side"])


def test_a_free_way_leads_from_the_start_to_the_rack_and_on_to_the_table(scene: Scene) -> None:
    space = scene_free_space(scene)
    start, stand = np.array(scene.start[:2]), np.array(scene.goal)
    table = np.array(scene.parameters["table_stand"][:2])
    for place, clearance_m in (
        (start, START_CLEARANCE_M),
        (stand, GOAL_CLEARANCE_M),
        (table, ROBOT_RADIUS_M),
    ):
        row, column = space.grid.cells(place)
        assert space.clearance_m[row, column] >= clearance_m
    row, column = space.grid.cells(stand)
    length = space.path_lengths(*start, ROBOT_RADIUS_M)[row, column]
    assert WAY_M[0] - 0.01 <= length <= WAY_M[1] + 0.01
    assert space.shortest_path_m(stand, table, ROBOT_RADIUS_M) < 3.0


def test_nothing_stands_on_the_tables_top(scene: Scene) -> None:
    model = scene.spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    x, y, yaw = scene.parameters["table"]
    top_m = scene.parameters["table_height_m"]
    for ahead in (0.1, 0.3, 0.5):
        point = np.array([x + ahead * math.cos(yaw), y + ahead * math.sin(yaw), top_m + 0.8])
        geom = np.zeros(1, dtype=np.int32)
        distance = mujoco.mj_ray(model, data, point, np.array([0.0, 0, -1]), None, 1, -1, geom)
        assert model.geom(int(geom[0])).name == "table_top"
        assert distance == pytest.approx(0.8, abs=1e-3)


def test_warehouses_hold_racks_with_boxes_and_things_on_the_floor(scene: Scene) -> None:
    names = set(scene.surfaces)
    for prefix in ("rack_board", "carton", "open_box"):
        assert any(name.startswith(prefix) for name in names)
    assert scene.surfaces["shelf_board_1"] == scene.surfaces["table_top"] == "furniture"
    assert scene.surfaces["tote_bottom"] == "clutter"
