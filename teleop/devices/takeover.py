"""A policy that steers until a person or a script takes over, and again when it is handed back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import (
    HandInput,
    OperatorInput,
    make_neutral,
    take_absolutely,
)

# A hand's closing that was handed over stays until the new operator's own comes so near to it.
SAME_GRASP = 0.1
# A policy and a script see what their hands hold after this time; then their own closing counts.
GRASP_PATIENCE_S = 1.0


class TakeoverDevice:
    """Switches between a policy and the person or script that supervises it.

    A person steers until the first "record", the policy from then on. A clutch, a stick or the
    event "switch" takes over, and "switch" hands back. The robot follows a policy only while the
    person's inputs arrive, so that somebody can take over at any moment.

    At each switch one input is neutral, so that the hands stay where they are. What they hold
    stays held: a hand's closing changes once the new operator's own has come to the same value.

    Args:
        policy: The policy. It is read only while it steers.
        person: Device of the person; None where only a script takes over.
        clock: Returns seconds, with which all inputs are stamped.
        limits: Limits of the person's input.

    Attributes:
        intervening: Whether a person or a script steers instead of the policy.
    """

    def __init__(
        self,
        policy: Device,
        person: Device | None,
        clock: Callable[[], float],
        limits: OperatorLimits | None = None,
    ) -> None:
        self._policy, self._person, self._clock = policy, person, clock
        self._timeout_s = (limits or OperatorLimits()).timeout_s
        self._script: Device | None = None
        self._begun = self._switched = person is None
        self._grasps = _HeldGrasps()
        self.intervening = False

    def take_over(self, script: Device) -> None:
        """Let a script steer, which begins with the state of the world as it is now."""
        self._script = script
        self._switch(intervening=True)

    def hand_back(self) -> None:
        """Let the policy steer again."""
        self._script = None
        self._switch(intervening=False)

    def read(self) -> OperatorInput | None:
        """Return the input of the policy, the person or the script that steers."""
        given = None if self._person is None else self._person.read()
        if given is not None and self._script is None:
            self._attend(given)
        if not self._begun or (self.intervening and self._script is None):
            return None if given is None else self._hand_over(given)
        if self._person is not None and not self._is_watching(given):
            self._switch(intervening=self.intervening)
            return None if given is None else OperatorInput(given.time_s, events=given.events)
        steering = self._read_unattended()
        if given is not None:
            steering = dataclasses.replace(steering, events=given.events)
        return self._hand_over(steering)

    def close(self) -> None:
        """Close the policy and the person's device."""
        self._policy.close()
        if self._person is not None:
            self._person.close()

    def _attend(self, given: OperatorInput) -> None:
        """Begin, take over or hand back, as the person asks."""
        if not self._begun:
            if "record" in given.events:
                self._begun = True
                self._switch(intervening=False)
        elif "switch" in given.events:
            self._switch(intervening=not self.intervening)
        elif not self.intervening and not given.neutral:
            self._switch(intervening=True)

    def _is_watching(self, given: OperatorInput | None) -> bool:
        if given is None or "hold" in given.events:
            return False
        return self._clock() - given.time_s <= self._timeout_s

    def _switch(self, *, intervening: bool) -> None:
        by_person = intervening and self._script is None
        patience_s = np.inf if by_person else GRASP_PATIENCE_S
        self._grasps.hold(self._clock() + patience_s)
        self.intervening = intervening
        self._switched = True

    def _read_unattended(self) -> OperatorInput:
        """Return the input of the script if one has taken over, and otherwise of the policy."""
        if self._script is not None:
            given = self._script.read()
        else:
            given = self._policy.read()
            given = None if given is None else take_absolutely(given)
        return dataclasses.replace(given or OperatorInput(0.0), time_s=self._clock())

    def _hand_over(self, given: OperatorInput) -> OperatorInput:
        """Return the input without a jump of the hands or of their closing."""
        left, right = self._grasps.apply((given.left, given.right), self._clock())
        given = dataclasses.replace(
            given, left=left, right=right, intervention=self.intervening and self._begun
        )
        switched, self._switched = self._switched, False
        return make_neutral(given) if switched else given


class _HeldGrasps:
    """The closing of both hands, which stays at a switch until the new operator's is the same."""

    def __init__(self) -> None:
        self._newest = [0.0, 0.0]
        self._held: list[float | None] = [None, None]
        self._until_s = 0.0

    def hold(self, until_s: float) -> None:
        """Keep the closing of both hands, at most until a time in seconds."""
        self._held = list(self._newest)
        self._until_s = until_s

    def apply(self, hands: tuple[HandInput, HandInput], now_s: float) -> list[HandInput]:
        """Return the hands with the closing that they shall have."""
        for index, hand in enumerate(hands):
            held = self._held[index]
            if held is None or abs(hand.grasp - held) <= SAME_GRASP or now_s >= self._until_s:
                self._held[index] = None
                self._newest[index] = hand.grasp
        return [
            dataclasses.replace(hand, grasp=grasp)
            for hand, grasp in zip(hands, self._newest, strict=True)
        ]
