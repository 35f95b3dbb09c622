import dataclasses
from pathlib import Path

import numpy as np
import pytest

from drive2walk.checkpoints.released import load_controller
from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import DataError
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.dataset.info import build_info
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput
from drive2walk.teleop.recording.frame import make_setup
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.replay import replay
from drive2walk.teleop.recording.session import Session

CONTROLLER = load_controller("unitree_g1")


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Puppet:
    """A device whose next input the test sets; None sends nothing new."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.input: dict[str, object] | None = {}
        self._last: OperatorInput | None = None

    def read(self) -> OperatorInput | None:
        if self.input is not None:
            self._last = OperatorInput(self._clock(), **self.input)  # type: ignore[arg-type]
            if "events" in self.input:
                self.input = {k: v for k, v in self.input.items() if k != "events"}
        return self._last

    def close(self) -> None:
        pass


class Bench:
    """A session whose clock and operator the test controls."""

    def __init__(self, task: str = "tote", root: Path | None = None) -> None:
        self.clock = Clock()
        self.device = Puppet(self.clock)
        self.world = build_task({"task": task, "seed": 3, "sensors": "ideal"})
        self.recorder = None
        if root is not None:
            self.recorder = Recorder(root, make_setup(self.world))
        self.session = Session(self.world, CONTROLLER, self.device, self.recorder, clock=self.clock)

    def run(self, steps: int, **given: object) -> None:
        self.device.input = given
        for _ in range(steps):
            self.session.step()
            self.clock.now_s += CONTROL_DT_S

    def stall(self, steps: int) -> None:
        self.device.input = None
        for _ in range(steps):
            self.session.step()
            self.clock.now_s += CONTROL_DT_S


def hand(*position: float, grasp: float = 0.0) -> HandInput:
    return HandInput(True, np.array(position), grasp=grasp)


def in_base(world: TaskWorld, index: int) -> np.ndarray:
    """Return a hand's position relative to the pelvis, along the robot's start heading."""
    base, pose = world.base, world.hand(index)
    yaw = world.layout.scene.start[2]
    turn = np.array([[np.cos(yaw), np.sin(yaw)], [-np.sin(yaw), np.cos(yaw)]])
    offset = pose.position - base.position
    return np.append(turn @ offset[:2], offset[2])


def test_the_robot_stands_while_its_arms_reach_out_quickly() -> None:
    bench = Bench("sort")
    bench.run(50)
    start = bench.world.base.position
    for step in range(150):
        fraction = min(1.0, step / 40)
        reached = hand(0.3 * fraction, 0, 0.2 * fraction)
        bench.run(1, left=reached, right=reached)
        # Legs that don't know of the arms' weight shift step, and move by 20 cm.
        assert np.linalg.norm((bench.world.base.position - start)[:2]) < 0.08


def test_the_operator_s_hand_moves_the_robot_s_hand() -> None:
    bench = Bench()
    bench.run(5)
    bench.run(1, left=hand(0, 0, 0), right=hand(0, 0, 0))
    before = [in_base(bench.world, k) for k in range(2)]
    for step in range(60):
        fraction = min(1.0, step / 40)
        bench.run(1, left=hand(0.15 * fraction, 0, 0.15 * fraction), right=hand(0, 0, 0))
    moved = [in_base(bench.world, k) - before[k] for k in range(2)]
    assert moved[0] == pytest.approx([0.15, 0, 0.15], abs=0.04)
    assert moved[1] == pytest.approx([0, 0, 0], abs=0.04)
    assert not bench.world.fallen


def test_grasp_closes_the_fingers() -> None:
    bench = Bench("sort")
    bench.run(3)
    opened = bench.world.finger_qpos
    bench.run(40, right=hand(0, 0, 0, grasp=1.0))
    closed = bench.world.finger_qpos
    left, right = slice(0, len(opened) // 2), slice(len(opened) // 2, None)
    assert np.abs(closed[left] - opened[left]).max() < 0.1
    assert np.abs(closed[right] - opened[right]).max() > 0.8


def test_the_base_walks_as_asked_and_rests_in_a_hold() -> None:
    bench = Bench()
    bench.run(3)
    bench.run(60, base=np.array([0.3, 0.0, 0.0, np.nan]))
    assert bench.session.status().hold is None
    assert bench.session.status().speed_m_s > 0.1
    bench.stall(20)
    assert "stalled" in str(bench.session.status().hold)
    bench.stall(130)  # it steps back a little before it stands
    assert abs(bench.session.status().speed_m_s) < 0.05


def test_an_episode_is_recorded_without_pauses_and_replays(tmp_path: Path) -> None:
    bench = Bench(root=tmp_path / "set")
    assert bench.recorder is not None
    with bench.recorder:
        bench.run(3)
        bench.run(1, events=("record",))
        bench.run(9, left=hand(0, 0, 0))
        assert bench.session.status().recording
        bench.stall(15)
        stalled = bench.recorder.length
        bench.run(1)
        bench.run(9, right=hand(0.1, 0, 0))
        assert bench.recorder.length == stalled + 10
        bench.run(1, events=("save",))
        assert bench.session.over
        assert bench.session.saved == 0
    episode = DatasetReader(tmp_path / "set").episode(0)
    assert episode.scene == {
        "task": "tote",
        "seed": 3,
        "robot": "unitree_g1",
        "sensors": "ideal",
    }
    assert len(episode.segments) == 2
    assert episode.columns["action"].shape[1] == len(bench.world.spec.joint_names)
    assert {len(names) for names in (episode.setup.names["observation.state"],)} == {
        episode.columns["observation.state"].shape[1]
    }
    assert replay(episode, build_task).difference is None


def test_an_episode_that_cannot_be_saved_is_kept_and_saved_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk() -> int:
        raise DataError("the disk is full")

    bench = Bench(root=tmp_path / "set")
    assert bench.recorder is not None
    with bench.recorder:
        bench.run(3)
        bench.run(5, events=("record",))
        with monkeypatch.context() as patch:
            patch.setattr(bench.recorder, "save", full_disk)
            with pytest.raises(DataError, match="the disk is full"):
                bench.run(1, events=("save",))
        bench.run(5)
        bench.run(1, events=("save",))
    assert DatasetReader(tmp_path / "set").episode(0).length == 10


def test_a_discarded_episode_leaves_nothing(tmp_path: Path) -> None:
    bench = Bench(root=tmp_path / "set")
    assert bench.recorder is not None
    with bench.recorder:
        bench.run(3)
        bench.run(5, events=("record",))
        bench.run(1, events=("discard",))
        assert bench.session.over
        assert bench.session.saved is None
    assert DatasetLayout(tmp_path / "set").saved() == []


def test_frames_hold_the_targets_and_the_guarded_input(tmp_path: Path) -> None:
    bench = Bench("sort", root=tmp_path / "set")
    assert bench.recorder is not None
    with bench.recorder:
        bench.run(3)
        bench.run(1, events=("record",))
        bench.run(6, right=hand(0.1, 0.2, 0.3, grasp=0.5))
        bench.run(1, events=("save",))
    columns = DatasetReader(tmp_path / "set").episode(0).columns
    model = bench.world.model
    names = bench.world.spec.joint_names
    ctrl = [model.actuator(f"robot/{name}").id for name in names]
    expected = columns["sim.ctrl"][:, ctrl].astype(np.float32)
    np.testing.assert_array_equal(columns["action"][:, : len(names)], expected)
    assert columns["operator.right"][-1] == pytest.approx([1, 0.1, 0.2, 0.3, 1, 0, 0, 0, 0.5])
    assert np.isfinite(columns["operator.base"]).all()


def test_frames_hold_the_goals_of_the_hands_and_whether_the_task_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench("sort", root=tmp_path / "set")
    assert bench.recorder is not None
    with bench.recorder:
        bench.run(3)
        bench.run(1, events=("record",))
        bench.run(5, right=hand(0, 0, 0))
        bench.run(5, right=hand(0.1, 0, 0.05), intervention=True)
        monkeypatch.setattr(TaskWorld, "success", lambda _: True)
        bench.run(5, right=hand(0.1, 0, 0.05))
        bench.run(1, events=("save",))
    columns = DatasetReader(tmp_path / "set").episode(0).columns
    moved = columns["goal.right"][-1] - columns["goal.right"][5]
    assert moved == pytest.approx([0.1, 0, 0.05, 0, 0, 0, 0], abs=1e-5)
    np.testing.assert_allclose(columns["goal.left"], columns["goal.left"][[0]].repeat(16, axis=0))
    assert columns["intervention"].shape == columns["success"].shape == (16, 1)
    assert columns["intervention"][:, 0].tolist() == [0] * 6 + [1] * 5 + [0] * 5
    assert columns["success"][:, 0].tolist() == [0] * 11 + [1] * 5


def test_every_feature_has_names_for_its_values(tmp_path: Path) -> None:
    bench = Bench("sort", root=tmp_path / "set")
    assert bench.recorder is not None
    with bench.recorder:
        bench.run(3)
        bench.run(3, events=("record",))
        bench.run(1, events=("save",))
    header = DatasetReader(tmp_path / "set").header(0)
    names, sizes = header.episode.setup.names, header.sizes()
    assert {feature: len(names[feature]) for feature in names} == {
        feature: size for feature, size in sizes.items() if not feature.startswith("sim.")
    }
    features = build_info(header, [])["features"]
    assert features["goal.left"] == {
        "dtype": "float32",
        "shape": [7],
        "names": ["x", "y", "z", "qw", "qx", "qy", "qz"],
    }
    assert features["intervention"]["shape"] == features["success"]["shape"] == [1]


def test_a_dataset_without_goals_is_read_and_replayed_but_not_added_to(tmp_path: Path) -> None:
    bench = Bench(root=tmp_path / "set")
    assert bench.recorder is not None
    new = ("goal.left", "goal.right", "intervention", "success")
    setup = bench.recorder.setup
    bench.recorder.setup = dataclasses.replace(
        setup, names={k: v for k, v in setup.names.items() if k not in new}
    )
    add = bench.recorder.add
    bench.recorder.add = lambda frame: add(  # type: ignore[method-assign]
        {k: v for k, v in frame.items() if k not in new}
    )
    with bench.recorder:
        bench.run(3)
        bench.run(3, events=("record",))
        bench.run(1, events=("save",))
    assert validate(tmp_path / "set").findings == []
    episode = DatasetReader(tmp_path / "set").episode(0)
    assert not set(new) & set(episode.columns)
    assert replay(episode, build_task).difference is None
    with pytest.raises(DataError, match=r"recorded with no 'goal\.left', not with one\. Give") as e:
        Recorder(tmp_path / "set", make_setup(bench.world))
    assert "\n" not in str(e.value)
