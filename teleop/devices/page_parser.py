"""Parses the state of an operator's page, and checks every field of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from drive2walk.teleop.devices.page_state import (
    GamepadState,
    HeadsetState,
    PageState,
    TrackedHand,
    TrackedPose,
)
from drive2walk.teleop.operator.operator_input import EVENTS

MAX_ITEMS = 32
MAX_NAME = 24
MAX_NUMBER = 1e15
# WebXR: x right, y up, z backwards. Operator: x forward, y left, z up.
R_OPERATOR_XR = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


class MessageError(ValueError):
    """A message that no page of drive2walk sends; the text says what is wrong with it."""


def parse_page_state(fields: dict[str, Any]) -> PageState:
    """Return the page state in the fields of a JSON message.

    Raises:
        MessageError: A field is missing or has another type or length.
    """
    events = _parse_names(fields.get("events", []), "events")
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        raise MessageError(f"events: '{unknown[0]}' is none of {', '.join(EVENTS)}")
    pad, headset = fields.get("pad"), fields.get("xr")
    return PageState(
        sequence=int(_parse_number(fields.get("seq"), "seq")),
        sent_ms=_parse_number(fields.get("t"), "t"),
        keys=frozenset(_parse_names(fields.get("keys", []), "keys")),
        gamepad=None if pad is None else _parse_gamepad(check_object(pad, "pad")),
        headset=None if headset is None else _parse_headset(check_object(headset, "xr")),
        events=tuple(events),
    )


def check_object(value: Any, where: str) -> dict[str, Any]:
    """Return a value that must be a JSON object.

    Raises:
        MessageError: It has another type; ``where`` names it.
    """
    if not isinstance(value, dict):
        raise MessageError(f"{where}: an object is needed, not a {type(value).__name__}")
    return value


def _check_list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise MessageError(f"{where}: a list of at most {MAX_ITEMS} items is needed")
    return value


def _parse_names(value: Any, where: str) -> list[str]:
    names = _check_list(value, where)
    if not all(isinstance(name, str) and len(name) <= MAX_NAME for name in names):
        raise MessageError(f"{where}: names of at most {MAX_NAME} letters are needed")
    return names


def _parse_number(value: Any, where: str) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or abs(value) > MAX_NUMBER or not math.isfinite(value):
        raise MessageError(f"{where}: a number is needed, not {value!r}")
    return float(value)


def _parse_levels(value: Any, where: str) -> tuple[float, ...]:
    """Return axes or buttons, clipped to -1..1; a missing one is NaN in browsers, null in JSON."""
    numbers = [0.0 if v is None else _parse_number(v, where) for v in _check_list(value, where)]
    return tuple(max(-1.0, min(1.0, number)) for number in numbers)


def _parse_gamepad(fields: dict[str, Any]) -> GamepadState:
    axes = _parse_levels(fields.get("axes", []), "pad.axes")
    buttons = _parse_levels(fields.get("buttons", []), "pad.buttons")
    return GamepadState((*axes, 0.0, 0.0, 0.0, 0.0)[:4], (*buttons, *[0.0] * 17)[:17])


def _parse_headset(fields: dict[str, Any]) -> HeadsetState:
    hands = [
        None if fields.get(side) is None else _parse_hand(check_object(fields[side], f"xr.{side}"))
        for side in ("left", "right")
    ]
    return HeadsetState(_parse_pose(fields.get("viewer"), "xr.viewer"), *hands)


def _parse_hand(fields: dict[str, Any]) -> TrackedHand:
    right, back = (*_parse_levels(fields.get("stick", []), "xr.stick"), 0.0, 0.0)[:2]
    squeeze, trigger = (
        _parse_levels([fields.get(name)], f"xr.{name}")[0] for name in ("squeeze", "trigger")
    )
    pinch = fields.get("pinch")
    return TrackedHand(
        _parse_pose(fields.get("pose"), "xr.pose"),
        squeeze,
        trigger,
        (right, back),
        None if pinch is None else _parse_number(pinch, "xr.pinch"),
        0.0 if pinch is None else _parse_number(fields.get("reach"), "xr.reach"),
    )


def _parse_pose(value: Any, where: str) -> TrackedPose:
    """Return the pose of [x, y, z, qx, qy, qz, qw] along WebXR's axes."""
    numbers = np.array([_parse_number(v, where) for v in _check_list(value, where)])
    if len(numbers) != 7:
        raise MessageError(f"{where}: 7 numbers are needed, got {len(numbers)}")
    # The change of axes is a proper rotation, so it turns the quaternion's vector part too.
    vector = R_OPERATOR_XR @ numbers[3:6]
    return TrackedPose(R_OPERATOR_XR @ numbers[:3], np.array([numbers[6], *vector]))
