import math

import mujoco
import numpy as np
import pytest

from drive2walk.envs.scenes.frame import Vector
from drive2walk.envs.scenes.free_space import FreeSpace, free_space, scene_free_space
from drive2walk.envs.scenes.indoor.plan_drawing import draw_plan
from drive2walk.envs.scenes.occupancy import Occupancy
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.scenes.routes import PATH_M, ROBOT_RADIUS_M
from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.surfaces import SURFACES

SEEDS = range(6)
# Radius of the disc that reaches the goal, where it isn't the usual one.
RADIUS_M = {"office_hard": 0.3}


@pytest.fixture(scope="module", params=[(kind, seed) for kind in SCENES for seed in SEEDS])
def scene(request: pytest.FixtureRequest) -> Scene:
    kind, seed = request.param
    return SCENES[kind](seed)


def is_clear(space: FreeSpace, x: float, y: float, radius_m: float) -> bool:
    """Return whether a disc about (x, y) is free."""
    row, column = space.grid.cells(np.array([x, y]))
    return bool(space.clearance_m[row, column] >= radius_m)


def test_every_geom_is_named_and_classed(scene: Scene) -> None:
    model = scene.spec.compile()
    names = [model.geom(k).name for k in range(model.ngeom)]
    assert all(names)
    assert set(names) == set(scene.surfaces)
    assert set(scene.surfaces.values()) <= set(SURFACES)


def test_goal_is_reachable_for_the_inflated_robot(
    scene: Scene, request: pytest.FixtureRequest
) -> None:
    kind, _ = request.node.callspec.params["scene"]
    space = scene_free_space(scene)
    x, y, _ = scene.start
    assert is_clear(space, x, y, 0.6)
    length = space.path_lengths(x, y, RADIUS_M.get(kind, ROBOT_RADIUS_M))
    goal = space.grid.cells(np.array(scene.goal))
    assert PATH_M[0] <= length[goal[0], goal[1]] <= PATH_M[1]


def test_start_and_goal_are_inside_the_bounds(scene: Scene) -> None:
    x_min, x_max, y_min, y_max = scene.bounds
    for x, y in (scene.start[:2], scene.goal):
        assert x_min < x < x_max
        assert y_min < y < y_max


def test_a_robot_at_the_start_touches_only_the_ground(scene: Scene) -> None:
    spec = scene.spec.copy()
    body = spec.worldbody.add_body(name="robot", pos=[*scene.start[:2], 0.645])
    body.add_freejoint()
    body.add_geom(
        name="hull",
        type=mujoco.mjtGeom.mjGEOM_CYLINDER,
        size=[0.4, 0.65, 0],
        contype=1,
        conaffinity=0,
    )
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    touched = {
        model.geom(g).name
        for pair in data.contact.geom
        if model.geom("hull").id in pair
        for g in pair
        if model.geom(g).name != "hull"
    }
    assert touched
    assert all(name.startswith("ground") for name in touched)


def test_only_a_robot_can_touch_the_world(scene: Scene) -> None:
    geoms = scene.spec.worldbody.geoms
    assert all(geom.contype == 0 for geom in geoms)
    assert sum(geom.conaffinity for geom in geoms) > 50


def _fingerprint(scene: Scene) -> bytes:
    model = scene.spec.compile()
    return model.geom_pos.tobytes() + model.geom_rgba.tobytes() + model.tex_data.tobytes()


@pytest.mark.parametrize("kind", SCENES)
def test_a_seed_fixes_the_scene_and_another_changes_it(kind: str) -> None:
    first, again, other = SCENES[kind](3), SCENES[kind](3), SCENES[kind](4)
    assert _fingerprint(first) == _fingerprint(again)
    assert (first.start, first.goal) == (again.start, again.goal)
    assert first.parameters == again.parameters
    assert _fingerprint(first) != _fingerprint(other)


def test_ceilings_can_be_hidden_and_nothing_else_with_them() -> None:
    scene = SCENES["office"](0)
    overhead = {g.name for g in scene.spec.worldbody.geoms if g.group == 4}
    assert overhead == {name for name, kind in scene.surfaces.items() if kind == "ceiling"}


def test_in_most_offices_the_goal_is_around_a_corner() -> None:
    around = 0
    for seed in range(10):
        scene = SCENES["office"](seed)
        space = scene_free_space(scene)
        start, goal = np.array(scene.start[:2]), np.array(scene.goal)
        around += not space.sees(start, goal, ROBOT_RADIUS_M)
    assert around >= 6


def test_pavements_are_free_and_roads_are_not() -> None:
    scene = SCENES["street"](1)
    space = scene_free_space(scene)
    middle = space.grid.cells(np.array([0.0, 0.0]))
    assert not space.free[middle[0], middle[1]]
    assert space.free.any()


@pytest.mark.parametrize("seed", range(40))
def test_plans_fit_and_openings_are_wide_enough(seed: int) -> None:
    plan = draw_plan(np.random.default_rng(seed))
    assert 8.0 <= plan.width_m <= 14.0
    assert 8.0 <= plan.depth_m <= 14.0
    assert math.isclose(sum(r.area_m2 for r in plan.rooms), plan.width_m * plan.depth_m)
    assert all(door.width_m >= 1.0 for door in plan.doorways)
    hub = plan.rooms[0]
    assert min(hub.x1 - hub.x0, hub.y1 - hub.y0) >= 1.6 + 0.12
    assert all(room.openings for room in plan.rooms)


def _floor_with_box(size: Vector, pos: Vector, solid: int = 1) -> FreeSpace:
    spec = mujoco.MjSpec()
    plane, box = mujoco.mjtGeom.mjGEOM_PLANE, mujoco.mjtGeom.mjGEOM_BOX
    spec.worldbody.add_geom(name="floor", type=plane, size=[2, 2, 1], contype=0, conaffinity=0)
    half = [edge / 2 for edge in size]
    spec.worldbody.add_geom(name="box", type=box, size=half, pos=pos, contype=0, conaffinity=solid)
    return free_space(spec, {"floor": "floor", "box": "furniture"}, (-2.0, 2.0, -2.0, 2.0))


def test_clearance_is_the_distance_to_a_box() -> None:
    space = _floor_with_box((1.0, 1.0, 1.0), (0, 0, 0.5))
    assert not is_clear(space, 0.0, 0.0, 0.05)
    assert is_clear(space, 1.0, 0.0, 0.4)
    assert not is_clear(space, 1.0, 0.0, 0.56)


def test_geoms_above_the_head_and_geoms_that_are_not_solid_leave_the_floor_free() -> None:
    assert is_clear(_floor_with_box((1.0, 1.0, 0.5), (0, 0, 1.7)), 0.0, 0.0, 0.5)
    assert is_clear(_floor_with_box((1.0, 1.0, 1.0), (0, 0, 0.5), solid=0), 0.0, 0.0, 0.5)


def test_a_wall_makes_the_path_longer_and_a_closed_wall_leaves_none() -> None:
    free = _floor_with_box((0.2, 0.2, 1.0), (1.9, 1.9, 0.5))
    partial = _floor_with_box((0.2, 3.0, 1.0), (0, -0.5, 0.5))
    closed = _floor_with_box((0.2, 4.0, 1.0), (0, 0, 0.5))
    goal = free.grid.cells(np.array([1.0, 0.0]))
    lengths = [s.path_lengths(-1.0, 0.0, 0.3)[goal[0], goal[1]] for s in (free, partial, closed)]
    assert lengths[0] == pytest.approx(2.0, abs=0.1)
    assert 2.8 < lengths[1] < 4.0
    assert math.isinf(lengths[2])


def test_taken_ground_and_ground_outside_the_bounds_is_not_free() -> None:
    taken = Occupancy((0.0, 4.0, 0.0, 4.0))
    assert taken.fits(1.0, 1.0, 1.0, 0.5, 0.3)
    taken.take(1.0, 1.0, 1.0, 0.5, 0.3)
    assert not taken.fits(1.3, 1.0, 0.2, 0.2, 0.0)
    assert taken.fits(3.0, 3.0, 0.5, 0.5, 0.7)
    assert not taken.fits(3.9, 3.0, 0.5, 0.5, 0.0)
