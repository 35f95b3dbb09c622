import dataclasses
import subprocess
import sys
from pathlib import Path

import mujoco
import numpy as np
import pytest

from drive2walk.checkpoints.released import load_controller
from drive2walk.cli import main, run
from drive2walk.envs.tasks.registry import TASKS, build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput
from drive2walk.teleop.recording.attempt import AttemptPlan, Variation
from drive2walk.teleop.recording.record_config import RecordConfig
from drive2walk.teleop.recording.record_unattended import MAX_FAILURES, record_unattended
from drive2walk.teleop.recording.replay import replay
from drive2walk.teleop.recording.saved_episodes import find_next_seed
from drive2walk.teleop.scripts.mistakes import MISHAPS
from drive2walk.teleop.scripts.registry import OPERATORS

ROOT = Path(__file__).parents[3]


def test_every_task_has_a_script() -> None:
    assert set(OPERATORS) == set(TASKS)


def test_a_script_first_opens_the_clutches_and_then_records() -> None:
    world = build_task({"task": "tote", "seed": 3})
    operator = ScriptedOperator(world)
    assert operator.read().neutral
    second = operator.read()
    assert second.events == ("record",)
    assert second.left.clutch and second.right.clutch
    # Inputs are stamped with simulated time, so a slow machine is no stalled operator.
    assert second.time_s == operator.clock() == world.time_s


def test_a_new_dataset_begins_with_seed_0(tmp_path: Path) -> None:
    assert find_next_seed(DatasetLayout(tmp_path / "none")) == 0


@pytest.mark.parametrize("episodes", [0, -1])
def test_less_than_one_episode_is_refused(tmp_path: Path, episodes: int) -> None:
    with pytest.raises(ConfigError, match="at least 1 is needed"):
        RecordConfig("tote", tmp_path, episodes)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--task", "toat", "--device", "scripted"], "toat"),
        (
            ["--device", "keyboard", "--noise", "1"],
            "--noise and --mistakes are for scripted episodes",
        ),
        (["--device", "scripted", "--workers", "0"], "--workers 0: at least 1"),
    ],
)
def test_settings_that_cannot_be_used_end_with_2_and_one_line(
    options: list[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["teleop", "record", *options, "--dataset", str(tmp_path / "set")]
    monkeypatch.setattr(sys, "argv", ["drive2walk", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    message = capsys.readouterr().err.strip()
    assert reason in message
    assert "\n" not in message


class QuickOperator:
    """Walks for some frames and saves; the worlds of some seeds it discards."""

    FRAMES = 8

    def __init__(self, world: TaskWorld) -> None:
        self._world = world
        self._steps = 0
        self.succeeded = world.scene["seed"] % 3 != 1

    def clock(self) -> float:
        return self._world.time_s

    def read(self) -> OperatorInput:
        self._steps += 1
        if self._steps == 1:
            return OperatorInput(self.clock())
        events: tuple[str, ...] = ("record",) if self._steps == 2 else ()
        if self._steps == 2 + self.FRAMES:
            events = ("save",) if self.succeeded else ("discard",)
        base = np.array([0.3, 0.0, 0.0, np.nan])
        return OperatorInput(self.clock(), base, HandInput(True), HandInput(True), events)

    def close(self) -> None:
        pass


class HopelessOperator(QuickOperator):
    """Discards every episode."""

    def __init__(self, world: TaskWorld) -> None:
        super().__init__(world)
        self.succeeded = False


def make_plan(root: Path, episodes: int, noise: float = 0.0) -> AttemptPlan:
    config = RecordConfig("tote", root, episodes, first_seed=1000)
    return AttemptPlan(config, load_controller("unitree_g1"), QuickOperator, Variation(noise))


def list_seeds(root: Path) -> list[int]:
    dataset = DatasetReader(root)
    return [dataset.episode(number).scene["seed"] for number in dataset.episodes]


def test_any_number_of_processes_records_the_same_dataset(tmp_path: Path) -> None:
    lines: list[list[str]] = [[], []]
    roots = tmp_path / "one", tmp_path / "two"
    for root, workers, said in zip(roots, (1, 2), lines, strict=True):
        assert record_unattended(make_plan(root, 5, noise=1.0), said.append, workers) == 3
    assert lines[0] == lines[1]
    # 1000 % 3 == 1: the seeds 1000, 1003 and 1006 were discarded.
    assert list_seeds(roots[0]) == list_seeds(roots[1]) == [1001, 1002, 1004, 1005, 1007]
    for number in range(5):
        mine, others = (DatasetReader(root).episode(number) for root in roots)
        assert mine.scene == others.scene
        for name, values in mine.columns.items():
            np.testing.assert_array_equal(values, others.columns[name])


def test_noise_disturbs_what_is_executed_and_not_what_is_learnt(tmp_path: Path) -> None:
    for name, noise in (("clean", 0.0), ("noisy", 1.0)):
        record_unattended(make_plan(tmp_path / name, 8, noise), lambda _: None)
    clean, noisy = DatasetReader(tmp_path / "clean"), DatasetReader(tmp_path / "noisy")
    disturbed = [number for number in noisy.episodes if "noise" in noisy.episode(number).scene]
    assert 0 < len(disturbed) < 8
    for number in noisy.episodes:
        mine, others = clean.episode(number).columns, noisy.episode(number).columns
        same = np.array_equal(mine["sim.ctrl"], others["sim.ctrl"])
        assert same == (number not in disturbed)
        for feature in ("operator.base", "operator.left", "operator.right"):
            np.testing.assert_array_equal(mine[feature], others[feature])
        # The goals follow the operator, but for the rocking of the pelvis.
        np.testing.assert_allclose(mine["goal.right"], others["goal.right"], atol=2e-3)
        assert replay(noisy.episode(number), build_task).difference is None


def test_a_recording_goes_on_after_the_main_process_was_killed(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.teleop.recording.test_record_unattended import make_plan\n"
        "from drive2walk.teleop.recording.record_unattended import record_unattended\n"
        "record_unattended(make_plan(Path(sys.argv[1]), 1000), lambda l: print(l, flush=True), 2)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as main:
        assert main.stdout is not None
        while "episode 1" not in main.stdout.readline():
            pass
        main.kill()
    saved = list_seeds(tmp_path)
    assert saved[:2] == [1001, 1002]
    assert validate(tmp_path).findings == []
    plan = make_plan(tmp_path, 1)
    config = dataclasses.replace(plan.config, first_seed=None)
    record_unattended(dataclasses.replace(plan, config=config), lambda _: None)
    assert list_seeds(tmp_path)[: len(saved)] == saved
    assert list_seeds(tmp_path)[-1] > saved[-1]


def test_some_episodes_begin_with_a_mistake(tmp_path: Path) -> None:
    for name, mistakes in (("clean", 0.0), ("mistaken", 0.5)):
        plan = make_plan(tmp_path / name, 4)
        plan = dataclasses.replace(plan, variation=Variation(mistakes=mistakes))
        record_unattended(plan, lambda _: None)
    clean, mistaken = DatasetReader(tmp_path / "clean"), DatasetReader(tmp_path / "mistaken")
    made = set()
    for number in mistaken.episodes:
        episode = mistaken.episode(number)
        starts = (e.columns["sim.qpos"][0] for e in (episode, clean.episode(number)))
        made.add(episode.scene.get("mistake"))
        assert np.array_equal(*starts) == ("mistake" not in episode.scene)
        assert replay(episode, build_task).difference is None
    assert None in made and len(made) > 1
    assert made - {None} <= set(MISHAPS["tote"])


def test_many_failures_in_a_row_end_the_recording(tmp_path: Path) -> None:
    plan = dataclasses.replace(make_plan(tmp_path, 3), make_operator=HopelessOperator)
    with pytest.raises(DataError, match=f"{MAX_FAILURES} attempts in a row failed"):
        record_unattended(plan, lambda _: None)
    assert DatasetLayout(tmp_path).saved() == []


def test_images_that_do_not_fit_the_frames_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--image-hz 15: give one of 1, 2, 5, 10, 25, 50"):
        RecordConfig("tote", tmp_path, image_hz=15)


@pytest.mark.e2e
def test_a_script_carries_the_tote_and_the_episode_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "set"
    arguments = ["--task", "tote", "--device", "scripted", "--no-videos", "--dataset", str(root)]
    run(["teleop", "record", *arguments, "--first-seed", "2"])
    assert "0 attempts failed" in capsys.readouterr().out
    episode = DatasetReader(root).episode(0)
    assert (episode.scene["seed"], episode.scene["sensors"]) == (2, "real")
    assert find_next_seed(DatasetLayout(root)) == 3
    assert replay(episode, build_task).difference is None
    world = build_task(episode.scene)
    world.data.qpos[:] = episode.columns["sim.qpos"][-1]
    world.data.qvel[:] = episode.columns["sim.qvel"][-1]
    mujoco.mj_forward(world.model, world.data)
    assert world.success()
