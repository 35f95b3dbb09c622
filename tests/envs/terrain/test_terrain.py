import mujoco
import numpy as np
import pytest

from drive2walk.envs.sensors.height_scan import POINTS, HeightScan, scan_around_soles
from drive2walk.envs.terrain.blocks import Blocks
from drive2walk.envs.terrain.kinds import TERRAINS, build_evaluation_terrain, build_terrain
from drive2walk.envs.terrain.plane import FLAT
from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.envs.terrain.triangles import Triangles
from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.spec import load_robot

UNEVEN = ["rough", "ramps", "steps"]


@pytest.fixture(scope="module")
def grounds() -> dict[str, Terrain]:
    return {name: build_terrain(name, 3) for name in TERRAINS}


@pytest.mark.parametrize("name", list(TERRAINS))
def test_the_height_is_that_of_the_ground_in_the_physics(
    grounds: dict[str, Terrain], name: str, rng: np.random.Generator
) -> None:
    terrain = grounds[name]
    world = mujoco.MjSpec()
    terrain.add_to(world)
    model = world.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    down, hit = np.array([0, 0, -1.0]), np.zeros(1, dtype=np.int32)
    for point in rng.uniform(-20, 20, (40, 2)):
        far = mujoco.mj_ray(model, data, np.array([*point, 5.0]), down, None, 1, -1, hit)
        assert 5 - far == pytest.approx(terrain.height(point), abs=1e-3)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_ramps_and_steps_have_their_slopes_and_heights(grounds: dict[str, Terrain]) -> None:
    x = np.arange(-20, 20, 0.01)
    lines = np.stack(np.meshgrid(x, np.arange(-20, 20, 0.4)), axis=-1)
    rises = {name: np.abs(np.diff(t.height(lines), axis=1)) for name, t in grounds.items()}
    assert np.degrees(np.arctan(rises["ramps"].max() / 0.01)) == pytest.approx(10, abs=1)
    assert (rises["ramps"] < 1e-9).mean() > 0.2  # its squares are level
    assert np.unique(rises["steps"].round(6)).tolist() == [0.0, 0.025, 0.05, 0.075, 0.1]
    assert np.ptp(grounds["rough"].height(lines)) == pytest.approx(0.06, abs=0.005)
    assert rises["flat"].max() == 0.0


def test_the_seed_fixes_the_ground() -> None:
    places = np.random.default_rng(0).uniform(-9, 9, (50, 2))
    first, again, other = (build_terrain("steps", seed).height(places) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("name", UNEVEN)
def test_robots_start_on_the_ground_where_it_is_even(
    grounds: dict[str, Terrain], name: str, rng: np.random.Generator
) -> None:
    terrain = grounds[name]
    starts = terrain.draw_starts(50, rng)
    assert np.abs(starts[:, :2]).max() <= 3.0
    around = starts[:, None, :2] + rng.uniform(-0.2, 0.2, (50, 30, 2))
    below = starts[:, 2:] - terrain.height(around)
    assert below.min() >= -0.002
    assert below.max() < {"rough": 0.05, "ramps": 0.005, "steps": 1e-9}[name]


def test_on_flat_ground_all_robots_start_at_the_origin(rng: np.random.Generator) -> None:
    assert not FLAT.draw_starts(3, rng).any()
    assert rng.random() == np.random.default_rng(0).random()  # nothing was drawn


def test_the_scan_is_in_the_robot_s_own_directions() -> None:
    heights = np.zeros((40, 40))
    heights[:, 22:] = 0.1  # from x = 0.2 m on
    terrain = Blocks(heights, 0.1)
    soles = np.zeros((2, 2, 3))
    soles[:, 1, 2] = 0.03  # the right foot is lifted
    scan = scan_around_soles(terrain, soles, np.array([0.0, np.pi]))
    ahead = POINTS[:, 0] > 0.25
    assert scan[0, 0, ahead] == pytest.approx(0.1)
    assert scan[0, 0, ~ahead].max() <= 0.1
    assert scan[0, 0, POINTS[:, 0] < 0.15] == pytest.approx(0)
    assert scan[0, 1] == pytest.approx(scan[0, 0] - 0.03)
    assert scan[1, 0, ahead] == pytest.approx(0)  # the step is behind it


def test_a_ball_on_uneven_ground_is_carried_by_the_surface_below_it(
    rng: np.random.Generator,
) -> None:
    # Balls of 2 cm on triangles that hardly differ from a plane: nothing pushes them aside.
    terrain = Triangles(rng.uniform(0.0, 1e-3, (21, 21)), 0.2)
    world = mujoco.MjSpec()
    terrain.add_to(world)
    ball = world.worldbody.add_body()
    ball.add_freejoint()
    ball.add_geom(type=mujoco.mjtGeom.mjGEOM_SPHERE, size=[0.02, 0, 0])
    model = world.compile()
    data = mujoco.MjData(model)
    for place in rng.uniform(-1.5, 1.5, (200, 2)):
        data.qpos[:3] = [*place, terrain.height(place) + 0.02 - 0.003]
        mujoco.mj_forward(model, data)
        assert data.ncon > 0
        assert np.abs(data.contact.frame[: data.ncon, 2]).min() > np.cos(np.radians(35))


def test_rounder_soles_touch_a_plane_at_the_same_points() -> None:
    spec = load_robot("unitree_g1")
    adapted = build_terrain("rough", 0).adapt_soles(spec)
    assert adapted.feet.contact_radius_m > spec.feet.contact_radius_m
    assert adapted.feet.sole_height_m == pytest.approx(spec.feet.sole_height_m)
    assert FLAT.adapt_soles(spec) is spec


def test_mixed_ground_has_a_quarter_of_each_kind_and_starts_in_all(
    grounds: dict[str, Terrain], rng: np.random.Generator
) -> None:
    quarters = {"flat": (1, 1), "rough": (-1, 1), "ramps": (-1, -1), "steps": (1, -1)}
    places = rng.uniform(3, 20, (500, 2))
    for name, signs in quarters.items():
        alone, mixed = (grounds[n].height(places * signs) for n in (name, "mixed"))
        # Ramps have finer cells here.
        assert mixed == pytest.approx(alone, abs=0.01 if name == "ramps" else 1e-9)
    starts = grounds["mixed"].draw_starts(400, rng)
    assert {tuple(np.sign(start[:2]).astype(int)) for start in starts} == set(quarters.values())


def test_a_robot_that_does_not_see_knows_no_height() -> None:
    origin, points = np.array([[0.0, 0.0, 0.7]] * 2), np.zeros((2, 3, 2))
    scan = HeightScan(FLAT, origin, np.zeros(2), np.array([True, False]))
    assert scan.height(points)[0] == pytest.approx(-0.7)
    assert np.isnan(scan.height(points)[1]).all()


def test_an_error_about_an_unknown_ground_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="rough, steps"):
        build_terrain("stepps", 0)


@pytest.mark.parametrize("name", [name for name in TERRAINS if name != "flat"])
def test_no_ground_of_an_evaluation_is_one_of_training(name: str) -> None:
    rng = np.random.default_rng(0)
    places = rng.uniform(-5, 5, (400, 2)) * [1, -1]
    trained = [build_terrain(name, seed).height(places) for seed in range(12)]
    for seed in range(12):
        judged = build_evaluation_terrain(name, seed).height(places)
        again = build_evaluation_terrain(name, seed).height(places)
        np.testing.assert_array_equal(judged, again)
        # Mixed ground has a flat quarter; two grounds are equal there and differ elsewhere.
        assert all((judged != other).mean() > 0.3 for other in trained)
