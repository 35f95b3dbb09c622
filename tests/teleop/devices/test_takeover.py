from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from drive2walk.teleop.devices.takeover import GRASP_PATIENCE_S, TakeoverDevice
from drive2walk.teleop.operator.guard import GuardState, guard_input
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

WALK = np.array([0.3, 0.0, 0.0, 0.7])
STILL = np.array([0.0, 0.0, 0.0, np.nan])


class Puppet:
    """A device whose inputs the test sets."""

    def __init__(self) -> None:
        self.given: OperatorInput | None = OperatorInput(0.0)
        self.reads = 0
        self.closed = False

    def read(self) -> OperatorInput | None:
        self.reads += 1
        given = self.given
        if given is not None:
            self.given = dataclasses.replace(given, events=())
        return given

    def close(self) -> None:
        self.closed = True


def hold(x: float, grasp: float = 0.0) -> HandInput:
    return HandInput(True, np.array([x, 0.0, 0.0]), grasp=grasp)


class Bench:
    """A policy that holds both clutches far from where a person's hands are."""

    def __init__(self, supervised: bool = True) -> None:
        self.now_s = 10.0
        self.policy, self.person = Puppet(), Puppet()
        self.policy.given = OperatorInput(0.0, WALK, hold(0.5, 1.0), hold(0.5, 1.0))
        person = self.person if supervised else None
        self.device = TakeoverDevice(self.policy, person, lambda: self.now_s)
        self.guard = GuardState.initial(self.now_s)

    def step(self, **fields: object) -> OperatorInput:
        """Let the person give an input, and return what passes the guard."""
        self.person.given = OperatorInput(self.now_s, **fields)  # type: ignore[arg-type]
        return self.wait()

    def wait(self, steps: int = 1) -> OperatorInput:
        """Return what passes the guard when the person sends nothing new."""
        for _ in range(steps):
            given = self.device.read()
            self.guard = guard_input(self.guard, given, self.now_s, OperatorLimits())
            self.now_s += 0.02
        return self.guard.input


def test_the_person_steers_until_the_recording_begins_and_the_policy_from_then_on() -> None:
    bench = Bench()
    bench.step()
    assert bench.step(base=WALK / 2).base[0] == pytest.approx(0.15)
    assert bench.policy.reads == 0
    given = bench.step(events=("record",))
    assert given.events == ("record",) and given.neutral
    given = bench.step()
    assert given.base[0] == 0.3
    assert given.left.clutch and given.left.absolute and given.left.position[0] == 0.5
    assert not given.intervention


@pytest.mark.parametrize("request_", [{"left": hold(0.0)}, {"base": WALK}, {"events": ("switch",)}])
def test_a_clutch_a_stick_or_a_key_takes_over_and_the_key_hands_back(
    request_: dict[str, object],
) -> None:
    bench = Bench()
    bench.step()
    bench.step(events=("record",))
    bench.step()
    switching = bench.step(**request_)
    assert switching.neutral and switching.intervention
    reads = bench.policy.reads
    taken = bench.step(left=hold(-0.4))
    # The person's hand is 0.9 m from the policy's, and no clutch is blocked as after a jump.
    assert taken.left.clutch and taken.left.position[0] == -0.4 and not taken.left.absolute
    assert taken.intervention and bench.policy.reads == reads
    back = bench.step(events=("switch",))
    assert back.neutral and not back.intervention
    assert bench.step().left.position[0] == 0.5
    assert bench.guard.hold is None and bench.guard.blocked == (False, False)


def test_what_the_hands_hold_stays_held_at_a_takeover() -> None:
    bench = Bench()
    bench.step()
    bench.step(events=("record",))
    bench.wait()
    bench.now_s += GRASP_PATIENCE_S
    assert bench.step().left.grasp == 1.0
    bench.step(events=("switch",))
    bench.now_s += 10
    assert bench.step(left=hold(0.0, 0.0)).left.grasp == 1.0
    assert bench.step(left=hold(0.0, 0.6)).left.grasp == 1.0
    # The person's own hand has come to the same closing: from now on it counts.
    assert bench.step(left=hold(0.0, 0.95)).left.grasp == 0.95
    assert bench.step(left=hold(0.0, 0.0)).left.grasp == 0.0


def test_a_policy_opens_a_handed_back_hand_only_after_it_could_see_what_it_holds() -> None:
    bench = Bench()
    bench.step()
    bench.step(events=("record",))
    bench.step(events=("switch",))
    for grasp in (1.0, 1.0):
        bench.step(right=hold(0.0, grasp))
    bench.policy.given = OperatorInput(0.0, WALK, hold(0.5), hold(0.5))
    bench.step(events=("switch",))
    assert bench.step().right.grasp == 1.0
    bench.now_s += GRASP_PATIENCE_S
    assert bench.step().right.grasp == 0.0


@pytest.mark.parametrize("lost", ["stalled", "left", "hold"])
def test_a_policy_moves_nothing_while_no_person_watches(lost: str) -> None:
    bench = Bench()
    bench.step()
    bench.step(events=("record",))
    assert bench.step().base[0] == 0.3
    if lost == "stalled":
        bench.wait(10)
    elif lost == "left":
        bench.person.given = None
        bench.wait()
    else:
        bench.step(events=("hold",))
    assert bench.guard.hold is not None
    assert bench.guard.input.neutral
    # It goes on by itself once the person is there again.
    assert bench.step().neutral
    assert bench.step().base[0] == 0.3
    assert bench.guard.hold is None


def test_the_person_s_events_count_while_the_policy_steers() -> None:
    bench = Bench()
    bench.step()
    bench.step(events=("record",))
    bench.step()
    assert bench.step(events=("save",)).events == ("save",)


def test_a_script_takes_over_and_ends_the_episode() -> None:
    bench = Bench(supervised=False)
    bench.wait()
    assert bench.wait().base[0] == 0.3
    script = Puppet()
    script.given = OperatorInput(0.0, WALK / 3, hold(-0.5), hold(-0.5), ("save",))
    bench.device.take_over(script)
    assert bench.device.intervening
    switching = bench.wait()
    assert switching.intervention and switching.neutral and switching.events == ("save",)
    given = bench.wait()
    assert given.left.position[0] == -0.5 and not given.left.absolute
    assert given.base[0] == pytest.approx(0.1)
    bench.device.hand_back()
    assert bench.wait().neutral
    assert bench.wait().left.position[0] == 0.5
    assert not bench.guard.input.intervention


def test_closing_closes_the_policy_and_the_person_s_device() -> None:
    bench = Bench()
    bench.device.close()
    assert bench.policy.closed and bench.person.closed
