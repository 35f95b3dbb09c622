"""Offices that are hard to cross: narrow ways, a wall ahead and people who walk."""

import itertools
import math

import mujoco
import numpy as np
import pytest

from drive2walk.envs.scenes.free_space import FreeSpace, scene_free_space
from drive2walk.envs.scenes.indoor.office import build_hard_office
from drive2walk.envs.scenes.routes import PATH_M, ROBOT_RADIUS_M
from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.spec import load_robot

FOOTPRINT_M = load_robot("unitree_g1").footprint_radius_m


@pytest.fixture(scope="module", params=range(5))
def scene(request: pytest.FixtureRequest) -> Scene:
    return build_hard_office(request.param)


@pytest.fixture(scope="module")
def space(scene: Scene) -> FreeSpace:
    return scene_free_space(scene)


def test_the_robot_passes_to_the_goal_but_the_disc_of_usual_offices_does_not(
    scene: Scene, space: FreeSpace
) -> None:
    x, y, _ = scene.start
    row, column = space.grid.cells(np.array(scene.goal))
    length = space.path_lengths(x, y, FOOTPRINT_M)[row, column]
    assert PATH_M[0] <= length <= PATH_M[1]
    assert math.isinf(space.path_lengths(x, y, ROBOT_RADIUS_M)[row, column])


def test_the_robot_faces_a_wall_from_nearby(scene: Scene) -> None:
    model = scene.spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    x, y, yaw = scene.start
    ahead, geom = np.array([math.cos(yaw), math.sin(yaw), 0.0]), np.zeros(1, dtype=np.int32)
    distance = mujoco.mj_ray(model, data, np.array([x, y, 1.0]), ahead, None, 1, -1, geom)
    assert 0 < distance < 1.3
    # A door and its frame are as near as the wall beside them.
    assert scene.surfaces[model.geom(int(geom[0])).name] in {"wall", "door"}


def test_people_walk_on_free_ground_away_from_start_and_goal(
    scene: Scene, space: FreeSpace
) -> None:
    for walker in scene.walkers:
        a, b = (np.array(end) for end in walker.ends)
        assert 1.0 < np.linalg.norm(b - a) < 4.1
        assert space.sees(a, b, 0.3)
        assert 0.2 <= walker.speed_m_s <= 0.4
        for place, t in itertools.product((scene.start[:2], scene.goal), np.linspace(0, 1, 9)):
            assert np.linalg.norm(a + t * (b - a) - place) > 1.1


def test_people_walk_in_most_hard_offices() -> None:
    assert sum(len(build_hard_office(seed).walkers) > 0 for seed in range(5)) >= 3
