from __future__ import annotations

import math

import pytest

from drive2walk.teleop.console.inbox import DelayEstimator, Inbox
from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.devices.registry import make_page_device
from drive2walk.teleop.operator.limits import OperatorLimits


@pytest.fixture
def inbox() -> Inbox:
    inbox = Inbox(make_page_device("keyboard", OperatorLimits()), 0.15)
    inbox.begin_page()
    return inbox


def put(
    inbox: Inbox, sequence: int, now_s: float, sent_s: float, *keys: str, **more: tuple[str, ...]
) -> None:
    inbox.put(PageState(sequence, 1e3 * sent_s, frozenset(keys), **more), now_s)


def test_the_newest_input_is_read_again_and_an_event_only_once(inbox: Inbox) -> None:
    assert inbox.take() is None
    put(inbox, 1, 100.0, 5.0, events=("record",))
    put(inbox, 2, 100.1, 5.1, "KeyW")
    first, second = inbox.take(), inbox.take()
    assert first is not None
    assert second is not None
    assert first.base[0] == second.base[0] > 0
    assert (first.events, second.events) == (("record",), ())


def test_a_hold_lasts_until_a_message_without_it(inbox: Inbox) -> None:
    put(inbox, 1, 100.0, 5.0, events=("hold",))
    for _ in range(2):
        given = inbox.take()
        assert given is not None
        assert given.events == ("hold",)
    put(inbox, 2, 100.1, 5.1)
    given = inbox.take()
    assert given is not None
    assert given.events == ()


def test_late_messages_move_nothing_but_keep_their_events(
    inbox: Inbox,
) -> None:
    put(inbox, 1, 100.0, 5.0)
    put(inbox, 2, 101.0, 5.2, "KeyW", events=("save",))  # 0.8 s late
    given = inbox.take()
    assert given is not None
    assert given.time_s == 100.0
    assert given.neutral
    assert given.events == ("save",)
    put(inbox, 3, 101.02, 6.02, "KeyW")
    given = inbox.take()
    assert given is not None
    assert given.base[0] > 0


def test_an_older_message_does_not_replace_a_newer_one(inbox: Inbox) -> None:
    put(inbox, 5, 100.0, 5.0, "KeyW")
    put(inbox, 4, 100.01, 5.01)
    given = inbox.take()
    assert given is not None
    assert given.base[0] > 0


def test_a_new_page_has_its_own_clock_and_counter(inbox: Inbox) -> None:
    put(inbox, 500, 100.0, 5000.0)
    inbox.drop_operator()
    assert inbox.take() is None
    inbox.begin_page()
    put(inbox, 1, 101.0, 0.1, "KeyW")
    given = inbox.take()
    assert given is not None
    assert given.base[0] > 0


def test_a_save_pressed_just_before_the_page_closes_still_counts(inbox: Inbox) -> None:
    put(inbox, 1, 100.0, 5.0, events=("save",))
    inbox.drop_operator()
    given = inbox.take()
    assert given is not None
    assert given.events == ("save",)
    assert given.time_s == -math.inf
    assert inbox.take() is None


def test_the_delay_follows_clocks_that_drift_apart() -> None:
    delay = DelayEstimator()
    for k in range(36000):  # ten hours at one message a second, 50 ppm apart
        late = delay.measure(k * (1 - 5e-5), float(k))
        assert late < 0.01
    assert delay.measure(36000 * (1 - 5e-5) - 0.5, 36000.0) == pytest.approx(0.5, abs=0.01)


def test_a_new_device_starts_with_open_hands_and_the_robot_s_own_height(inbox: Inbox) -> None:
    put(inbox, 1, 100.0, 5.0, "KeyZ", "KeyG")
    put(inbox, 2, 100.1, 5.1, "KeyZ", "KeyG")
    before = inbox.take()
    assert before is not None
    assert before.base[3] < OperatorLimits().standing_m
    assert before.right.grasp == 1.0
    inbox.use_device(make_page_device("keyboard", OperatorLimits()))
    put(inbox, 3, 100.2, 5.2)
    after = inbox.take()
    assert after is not None
    assert math.isnan(after.base[3])
    assert after.right.grasp == 0.0
