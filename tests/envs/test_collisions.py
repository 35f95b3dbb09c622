import mujoco
import pytest

from drive2walk.envs.collisions import GRACE_S, CollisionCounter
from drive2walk.envs.scenes.scene import Scene

SPHERE, BOX, PLANE = (
    mujoco.mjtGeom.mjGEOM_SPHERE,
    mujoco.mjtGeom.mjGEOM_BOX,
    mujoco.mjtGeom.mjGEOM_PLANE,
)
RADIUS_M = 0.1
SIM_DT_S = 0.004
# Heights of the hand above the ground, beside the table and over it.
TOUCHES, HOVERS = 0.99 * RADIUS_M, 2 * RADIUS_M


class World:
    """A ball that is a robot's hand or sole, on ground beside a table of 1 m height."""

    def __init__(self, ball: str = "hand", ground: str = "floor") -> None:
        spec = mujoco.MjSpec()
        world = {"contype": 0, "conaffinity": 1}
        spec.worldbody.add_geom(name="ground", type=PLANE, size=[5, 5, 0.1], **world)
        spec.worldbody.add_geom(name="table", type=BOX, size=[0.5] * 3, pos=[2, 0, 0.5], **world)
        body = spec.worldbody.add_body(name="robot/ball")
        body.add_freejoint()
        robot = {"contype": 1, "conaffinity": 0}
        body.add_geom(name=f"robot/{ball}", type=SPHERE, size=[RADIUS_M, 0, 0], **robot)
        surfaces = {"ground": ground, "table": "furniture"}
        scene = Scene(spec, surfaces, (0, 0, 0), (0, 0), (-5, 5, -5, 5), {})
        self._model = spec.compile()
        self._data = mujoco.MjData(self._model)
        self.counter = CollisionCounter(self._model, scene, "robot/")

    def count_at(self, x: float, height_m: float) -> int:
        """Put the ball somewhere for one step of the physics and return the counter's total."""
        self._data.qpos[:3] = [x, 0, height_m]
        self._data.time += SIM_DT_S
        mujoco.mj_forward(self._model, self._data)
        self.counter.update(self._data)
        return self.counter.total

    def count_apart(self, seconds: float) -> int:
        """Hold the ball over the table for some time and return the counter's total."""
        for _ in range(round(seconds / SIM_DT_S)):
            self.count_at(2, 1 + HOVERS)
        return self.counter.total


def test_a_lasting_contact_counts_once_and_a_new_one_again() -> None:
    world = World()
    assert world.count_at(2, 1 + HOVERS) == 0
    assert [world.count_at(2, 1 + TOUCHES) for _ in range(50)] == [1] * 50
    assert world.count_apart(GRACE_S) == 1
    assert world.count_at(2, 1 + TOUCHES) == 2
    # From the table straight to the ground: another thing is touched.
    assert world.count_at(0, TOUCHES) == 3
    assert world.counter.counts == {("robot/ball", "table"): 2, ("robot/ball", "ground"): 1}


def test_a_ball_that_bounces_for_one_step_of_the_physics_counts_once_a_bounce() -> None:
    world = World()
    for bounce in range(1, 4):
        assert world.count_at(2, 1 + TOUCHES) == bounce
        assert world.count_apart(GRACE_S) == bounce


def test_a_touch_that_chatters_is_one_collision() -> None:
    world = World()
    for _ in range(20):
        world.count_at(2, 1 + TOUCHES)
        world.count_apart(GRACE_S - SIM_DT_S)
    assert world.counter.total == 1


@pytest.mark.parametrize(
    ("ball", "ground", "collisions"),
    [("hand", "floor", 1), ("left_foot_0", "floor", 0), ("left_foot_0", "tree", 1)],
)
def test_only_soles_may_touch_only_ground_to_walk_on(
    ball: str, ground: str, collisions: int
) -> None:
    assert World(ball, ground).count_at(0, TOUCHES) == collisions


def test_a_sole_on_furniture_is_a_collision() -> None:
    assert World("left_foot_0").count_at(2, 1 + TOUCHES) == 1


def test_a_reset_starts_from_zero_and_counts_contacts_that_last() -> None:
    world = World()
    world.count_at(2, 1 + TOUCHES)
    world.counter.reset()
    assert world.counter.total == 0
    assert world.count_at(2, 1 + TOUCHES) == 1
