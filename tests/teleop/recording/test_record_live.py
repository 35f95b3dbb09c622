"""``record_live`` with the real robot and physics, and an operator that follows a script."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drive2walk.checkpoints.released import load_controller
from drive2walk.envs.tasks.registry import build_task
from drive2walk.experiment.errors import DataError
from drive2walk.robot.spec import RobotSpec
from drive2walk.teleop.console.status import ConsoleStatus
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.devices.robot_observation import Observe
from drive2walk.teleop.operator import guard as safety
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput
from drive2walk.teleop.recording import recorder as recorder_module
from drive2walk.teleop.recording.record_config import RecordConfig
from drive2walk.teleop.recording.record_live import record_live
from drive2walk.teleop.recording.replay import replay
from drive2walk.teleop.recording.session import Session

CONTROLLER = load_controller("unitree_g1")
NEUTRAL: dict[str, Any] = {}
FRAMES = 6
# Longer than the watchdog's 0.15 s, in control steps of 0.02 s.
STALL_STEPS = 20
# The fields of an input, or None for a device that sends nothing new.
Inputs = Iterable[dict[str, Any] | None]


class ScriptedConsole:
    """A console whose operator gives one input of a script in each control step."""

    def __init__(self, *parts: Inputs) -> None:
        self._inputs = itertools.chain(*parts)
        self._newest: OperatorInput | None = None
        self.begun = 0
        self.shown: list[ConsoleStatus] = []
        self.last: list[ConsoleStatus] = []  # the status after each episode

    def read(self) -> OperatorInput | None:
        fields = next(self._inputs)
        if fields is not None:
            self._newest = OperatorInput(time.monotonic(), **fields)
        return self._newest

    def begin_episode(self) -> None:
        self.begun += 1

    def show_status(self, status: ConsoleStatus) -> None:
        self.last.append(status)

    def show(self, status: ConsoleStatus, scene: dict[str, Any], state: Any) -> None:
        self.shown.append(status)

    def close(self) -> None:
        pass


def events(*names: str) -> dict[str, Any]:
    return {"events": names}


def episode(end: str) -> Inputs:
    """Record some frames, then save or discard them."""
    return [NEUTRAL, NEUTRAL, events("record"), *[NEUTRAL] * (FRAMES - 1), events(end)]


def record(console: ScriptedConsole, root: Path, episodes: int | None = 1) -> None:
    record_live(RecordConfig("tote", root, episodes, first_seed=3), CONTROLLER, console)


def test_it_returns_once_the_wanted_episodes_are_saved(tmp_path: Path) -> None:
    console = ScriptedConsole(episode("save"), episode("save"))
    record(console, tmp_path, episodes=2)
    dataset = DatasetReader(tmp_path)
    assert [dataset.episode(k).scene["seed"] for k in dataset.episodes] == [3, 4]
    assert [dataset.episode(k).length for k in dataset.episodes] == [FRAMES, FRAMES]
    assert all(replay(dataset.episode(k), build_task).difference is None for k in (0, 1))
    assert console.begun == 2
    assert [status.message for status in console.last] == ["saved episode 0", "saved episode 1"]
    rows = console.last[-1].episodes
    assert [(row.index, row.success) for row in rows] == [(0, False), (1, False)]
    assert rows[0].length_s == pytest.approx(0.02 * FRAMES)


def test_a_discarded_episode_does_not_count_and_the_next_world_follows(tmp_path: Path) -> None:
    console = ScriptedConsole(episode("discard"), episode("save"))
    record(console, tmp_path)
    dataset = DatasetReader(tmp_path)
    assert dataset.episodes == [0]
    assert dataset.episode(0).scene["seed"] == 4
    assert [status.message for status in console.last] == ["discarded", "saved episode 0"]
    # The message about the last episode stays until the next one is recorded.
    assert console.shown[-FRAMES - 3].message == "discarded"


def test_a_second_recording_goes_on_after_the_last_seed(tmp_path: Path) -> None:
    record(ScriptedConsole(episode("save")), tmp_path)
    console = ScriptedConsole(episode("save"))
    record_live(RecordConfig("tote", tmp_path, episodes=1), CONTROLLER, console)
    assert DatasetReader(tmp_path).episode(1).scene["seed"] == 4
    assert [row.index for row in console.shown[0].episodes] == [0]
    assert [row.index for row in console.last[-1].episodes] == [0, 1]


def test_a_device_that_stalls_pauses_the_recording(tmp_path: Path) -> None:
    start: Inputs = [NEUTRAL, NEUTRAL, events("record"), NEUTRAL]
    stall: Inputs = [None] * STALL_STEPS
    end: Inputs = [*[NEUTRAL] * 5, events("save")]
    console = ScriptedConsole(start, stall, end)
    record(console, tmp_path)
    assert safety.STALLED in {status.hold for status in console.shown}
    recorded = DatasetReader(tmp_path).episode(0)
    assert len(recorded.segments) == 2
    # Two frames before the stall, five after it, and those until the watchdog holds.
    assert 7 <= recorded.length < 7 + STALL_STEPS - 5
    assert replay(recorded, build_task).difference is None


def interrupt() -> Iterator[None]:
    signal.raise_signal(signal.SIGINT)
    yield None


def test_ctrl_c_ends_it_and_keeps_what_was_saved(tmp_path: Path) -> None:
    unfinished: Inputs = [NEUTRAL, NEUTRAL, events("record"), NEUTRAL]
    console = ScriptedConsole(episode("save"), unfinished, interrupt())
    with pytest.raises(KeyboardInterrupt):
        record(console, tmp_path, episodes=None)
    assert console.shown[-1].recording
    found = validate(tmp_path)
    assert (found.episodes, found.findings) == (1, [])
    # The dataset is free for the next recording.
    record(ScriptedConsole(episode("save")), tmp_path)
    assert DatasetLayout(tmp_path).saved() == [0, 1]


def test_an_episode_that_cannot_be_saved_is_kept_and_saved_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_episode = recorder_module.write_episode
    failures = ["the disk is full"]

    def fail_once(*arguments: Any) -> None:
        if failures:
            raise DataError(failures.pop())
        write_episode(*arguments)

    monkeypatch.setattr(recorder_module, "write_episode", fail_once)
    console = ScriptedConsole(episode("save"), [NEUTRAL, NEUTRAL, events("save")])
    record(console, tmp_path)
    assert "the disk is full" in {status.message for status in console.shown}
    assert console.begun == 1
    assert DatasetReader(tmp_path).episode(0).length == FRAMES + 2


def test_it_uses_the_given_limits_and_calls_the_watcher_in_each_step(tmp_path: Path) -> None:
    start: Inputs = [NEUTRAL, NEUTRAL, events("record"), NEUTRAL]
    console = ScriptedConsole(start, [None] * STALL_STEPS, [events("save")])
    watched: list[Session] = []
    config = RecordConfig("tote", tmp_path, episodes=1, first_seed=3)
    record_live(config, CONTROLLER, console, OperatorLimits(timeout_s=60.0), watched.append)
    # The first input ends the hold in which a session starts.
    assert {status.hold for status in console.shown} == {None}
    assert len(DatasetReader(tmp_path).episode(0).segments) == 1
    assert len(watched) == len(console.shown)
    assert watched[-1].saved == 0


class WalkingPolicy:
    """Walks ahead with both clutches held."""

    def __init__(self, observe: Observe, spec: RobotSpec) -> None:
        self._observe = observe

    def read(self) -> OperatorInput:
        self._observe()
        base = np.array([0.3, 0.0, 0.0, 0.7])
        return OperatorInput(0.0, base, HandInput(True), HandInput(True))

    def close(self) -> None:
        pass


def test_a_person_takes_over_from_a_policy_and_hands_back(tmp_path: Path) -> None:
    console = ScriptedConsole(
        [NEUTRAL, NEUTRAL, events("record"), *[NEUTRAL] * 5],
        [{"left": HandInput(True)}] * 6,
        [events("switch"), *[NEUTRAL] * 4, events("save")],
    )
    config = RecordConfig("tote", tmp_path, 1, first_seed=3)
    patient = OperatorLimits(timeout_s=60.0)
    record_live(config, CONTROLLER, console, patient, make_policy=WalkingPolicy)
    columns = DatasetReader(tmp_path).episode(0).columns
    assert columns["intervention"][:, 0].tolist() == [0] * 6 + [1] * 6 + [0] * 5
    steering = [0.0] + [0.3] * 5 + [0.0] * 7 + [0.3] * 4
    assert columns["operator.base"][:, 0] == pytest.approx(steering)
    messages = [status.message for status in console.shown]
    assert "taken over from the policy" in messages and "handed back" in messages
    goals = np.diff(columns["goal.left"][:, :3], axis=0)
    assert np.linalg.norm(goals, axis=1).max() < 0.02
