"""People who walk to and fro, wait for a robot and count as collisions when they touch it."""

import mujoco
import numpy as np
import pytest

from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.scene import Scene, Walker
from drive2walk.envs.walking_people import AHEAD_M, PATIENCE_S, WalkingPeople
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S

SPEC = load_robot("unitree_g1")
FAR = np.array([50.0, 50.0])
WALKER = Walker("walker", ((1.0, 0.0), (1.0, 2.0)), 0.5)


def make_scene(half_width_m: float = 0.2) -> Scene:
    """Return a bare floor on which a box walks from (1, 0) to (1, 2) and back at 0.5 m/s."""
    spec = mujoco.MjSpec()
    solid = {"contype": 0, "conaffinity": 1}
    plane, box = mujoco.mjtGeom.mjGEOM_PLANE, mujoco.mjtGeom.mjGEOM_BOX
    spec.worldbody.add_geom(name="ground", type=plane, size=[9, 9, 0.1], **solid)
    body = spec.worldbody.add_body(name="walker", mocap=True)
    body.add_geom(name="coat", type=box, size=[half_width_m] * 2 + [0.9], pos=[0, 0, 1], **solid)
    surfaces = {"ground": "floor", "coat": "person"}
    return Scene(spec, surfaces, (4.0, 0.0, 0.0), (0, 0), (-9, 9, -9, 9), {}, (WALKER,))


class Street:
    """The walker without a robot's physics."""

    def __init__(self) -> None:
        model = make_scene().spec.compile()
        self._data = mujoco.MjData(model)
        self._dt_s = model.opt.timestep
        self.people = WalkingPeople(model, (WALKER,))
        self.people.reset(self._data)

    def place_after(self, seconds: float, robot_xy: np.ndarray = FAR) -> list[float]:
        """Return the walker's x and y after some time with the robot at a place."""
        for _ in range(round(seconds / self._dt_s)):
            self.people.walk(self._data, robot_xy)
        return [float(value) for value in self._data.mocap_pos[0, :2]]

    def facing(self) -> np.ndarray:
        """Return the direction (2,) in which the walker's front points."""
        turn = np.zeros(9)
        mujoco.mju_quat2Mat(turn, self._data.mocap_quat[0])
        return turn.reshape(3, 3)[:2, 1]


def test_a_person_walks_to_and_fro_at_the_given_speed_and_faces_the_way() -> None:
    street = Street()
    assert street.place_after(0.0) == [1.0, 0.0]
    assert street.place_after(2.0) == pytest.approx([1.0, 1.0], abs=0.01)
    assert street.facing() == pytest.approx([0, 1])
    assert street.place_after(3.0) == pytest.approx([1.0, 1.5], abs=0.01)
    assert street.facing() == pytest.approx([0, -1])
    assert street.place_after(3.5) == pytest.approx([1.0, 0.25], abs=0.01)


def test_a_person_waits_for_a_robot_ahead_then_turns_back() -> None:
    street, robot = Street(), np.array([1.2, 1.0 + AHEAD_M])
    assert street.place_after(2.0 + PATIENCE_S / 2, robot) == pytest.approx([1.0, 1.0], abs=0.01)
    assert street.place_after(PATIENCE_S / 2 + 1.0, robot) == pytest.approx([1.0, 0.5], abs=0.01)


@pytest.mark.parametrize("robot", [(2.0, 0.5), (1.0, -0.5)])
def test_a_robot_beside_or_behind_stops_no_person(robot: tuple[float, float]) -> None:
    assert Street().place_after(2.0, np.array(robot)) == pytest.approx([1.0, 1.0], abs=0.01)


def test_a_person_who_touches_the_robot_is_a_collision_and_a_reset_brings_everyone_back() -> None:
    scene = make_scene(half_width_m=AHEAD_M)
    scene.start = (1.0, 1.4, 0.0)
    world = RobotWorld(scene, SPEC)
    for _ in range(round(1.0 / CONTROL_DT_S)):
        world.step(SPEC.home_qpos)
    assert world.collisions > 0
    assert {thing for _, thing in world.touches} == {"coat"}
    world.reset()
    assert list(world.data.body("walker").xpos[:2]) == [1.0, 0.0]
    assert world.collisions == 0
