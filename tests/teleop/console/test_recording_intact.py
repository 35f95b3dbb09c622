"""Disturbances during a recording lose nothing of it: a hold pauses it, a refusal changes nothing.

The robot and its physics are real; the operator is a client that sends the messages of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from drive2walk.envs.tasks.registry import build_task
from drive2walk.teleop.console.server import MAX_MESSAGE_BYTES
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.operator import guard as safety
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.recording.replay import replay
from tests.teleop.console.client import Steering, dial, hear, join
from tests.teleop.console.robot import Robot

pytestmark = pytest.mark.e2e
# Long enough for a busy machine, short enough to wait for.
LIMITS = OperatorLimits(timeout_s=1.0)
BAD_MESSAGES = {
    "not JSON": "nonsense",
    "not an object": "[]",
    "not a number": '{"seq": 1, "t": NaN}',
    "bytes": b"\x00\x01",
    "oversized": '{"seq": 1, "t": 0, "keys": "' + "x" * MAX_MESSAGE_BYTES + '"}',
}


class Recording:
    """An episode that an operator has begun to record."""

    def __init__(self, dataset: Path) -> None:
        self.robot = Robot("keyboard", dataset, limits=LIMITS)
        self.sockets = ExitStack()
        self.operator = self.new_operator()
        self.operator.events = ["record"]
        self.goes_on()

    def new_operator(self) -> Steering:
        socket = join(self.robot.console, self.sockets)
        assert hear(socket, "hello")["role"] == "operator"
        return Steering(socket)

    @property
    def hold(self) -> str | None:
        return self.robot.session.status().hold

    def goes_on(self) -> None:
        length = self.robot.recorder.length
        self.robot.until(lambda: self.robot.recorder.length > length + 5)

    def pauses(self) -> None:
        """Wait for a hold and check that nothing is recorded during it."""
        self.robot.until(lambda: self.hold is not None)
        length, steps = self.robot.recorder.length, len(self.robot.steps)
        self.robot.until(lambda: len(self.robot.steps) > steps + 10)
        assert self.robot.recorder.length == length

    def save_and_count_segments(self) -> int:
        """Save the episode, check that it replays, and return its number of segments."""
        self.operator.events = ["save"]
        self.robot.until(lambda: self.robot.session.saved == 0)
        episode = DatasetReader(self.robot.dataset).episode(0)
        assert replay(episode, build_task).difference is None
        found = validate(self.robot.dataset)
        assert (found.episodes, found.findings) == (1, [])
        return len(episode.segments)

    def close(self) -> None:
        self.operator.stop()
        self.sockets.close()
        self.robot.close()


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    recording = Recording(tmp_path / "dataset")
    yield recording
    recording.close()


def stall(recording: Recording) -> None:
    recording.operator.stop()
    recording.pauses()
    assert recording.hold == safety.STALLED
    recording.operator.go_on()


def blur(recording: Recording) -> None:
    """Ask for a hold, as a page without the focus does."""
    recording.operator.always = ["hold"]
    recording.pauses()
    assert recording.hold == safety.REQUESTED
    recording.operator.always = []


@pytest.mark.parametrize("disturb", [stall, blur])
def test_a_page_that_stalls_or_blurs_pauses_the_recording(
    recording: Recording, disturb: Callable[[Recording], None]
) -> None:
    disturb(recording)
    recording.goes_on()
    assert recording.save_and_count_segments() == 2


def test_bad_messages_close_the_page_and_the_next_page_goes_on_recording(
    recording: Recording,
) -> None:
    for bad in BAD_MESSAGES.values():
        recording.operator.socket.send(bad)
        recording.pauses()
        assert recording.hold == safety.NO_OPERATOR
        recording.operator.stop()
        recording.operator = recording.new_operator()
        recording.goes_on()
    assert recording.save_and_count_segments() == 1 + len(BAD_MESSAGES)


def test_strangers_are_refused_and_the_recording_goes_on_without_a_pause(
    recording: Recording,
) -> None:
    console, sockets = recording.robot.console, recording.sockets
    guesser = dial(console, sockets)
    guesser.send('{"token": "guess"}')
    with pytest.raises(ConnectionClosed, match="4401"):
        guesser.recv(timeout=10)
    with pytest.raises(InvalidStatus, match="403"):
        dial(console, sockets, origin="http://evil.example")
    second = join(console, sockets)
    assert hear(second, "hello")["role"] == "viewer"
    second.send('{"seq": 9999, "t": 0, "keys": ["KeyS"], "events": ["discard"]}')
    with pytest.raises(ConnectionClosed, match="4403"):
        hear(second, "nothing")
    recording.goes_on()
    assert recording.save_and_count_segments() == 1
