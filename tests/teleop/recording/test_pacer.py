import pytest

from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.recording import pacer as module
from drive2walk.teleop.recording.pacer import Pacer


class FakeTime:
    """A clock that advances when something sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        monkeypatch.setattr(module.time, "sleep", self.sleep)

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    return FakeTime(monkeypatch)


def test_steps_are_due_every_20_ms(clock: FakeTime) -> None:
    pacer = Pacer(clock, realtime=True)
    for step in range(1, 6):
        clock.now_s += 0.004 * step  # the time that the step itself took
        pacer.wait()
        assert clock.now_s == pytest.approx(100.0 + step * CONTROL_DT_S)
    assert pacer.rate_hz == pytest.approx(50.0)


def test_one_late_step_is_caught_up_with_and_no_more(clock: FakeTime) -> None:
    pacer = Pacer(clock, realtime=True)
    clock.now_s += 1.0
    pacer.wait()
    assert clock.now_s == pytest.approx(101.0)
    pacer.wait()  # the step that was due in the meantime
    assert clock.now_s == pytest.approx(101.0)
    pacer.wait()
    assert clock.now_s == pytest.approx(101.0 + CONTROL_DT_S)


def test_without_realtime_it_only_measures(clock: FakeTime) -> None:
    pacer = Pacer(clock, realtime=False)
    for _ in range(1000):
        clock.now_s += 0.1
        pacer.wait()
    assert clock.now_s == pytest.approx(200.0)
    assert pacer.rate_hz == pytest.approx(10.0)
