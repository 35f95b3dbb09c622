"""The raw state of an operator's page: keys, gamepad and headset, as the browser reports them."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any, NoReturn

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.operator.operator_input import EVENTS

MAX_ITEMS = 32
MAX_NAME = 24
# WebXR: x right, y up, z backwards. Operator: x forward, y left, z up.
R_OPERATOR_XR = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


class MessageError(ValueError):
    """A message that no page of this project sends; it says what is wrong with it."""


@dataclasses.dataclass(frozen=True)
class Pose:
    """A pose in the headset's reference space, already with the operator's axes.

    Attributes:
        position: (3,) metres, x forward, y left, z up.
        orientation: (4,) wxyz.
    """

    position: Array
    orientation: Array


@dataclasses.dataclass(frozen=True)
class TrackedHand:
    """A controller or a tracked hand of a headset.

    Attributes:
        pose: of the controller's grip or the hand's wrist.
        squeeze, trigger: 0 to 1; of a controller.
        stick: x to the right and y towards the operator, -1 to 1; of a controller.
        pinch_m: distance of the tips of thumb and index finger; of a tracked hand, else None.
        reach_m: mean distance of the other fingertips from the wrist; of a tracked hand.
    """

    pose: Pose
    squeeze: float = 0.0
    trigger: float = 0.0
    stick: tuple[float, float] = (0.0, 0.0)
    pinch_m: float | None = None
    reach_m: float = 0.0


@dataclasses.dataclass(frozen=True)
class Headset:
    """What a headset reports; a hand that it doesn't see is None."""

    viewer: Pose
    left: TrackedHand | None
    right: TrackedHand | None


@dataclasses.dataclass(frozen=True)
class Gamepad:
    """A gamepad in the browser's standard layout: left x, y, right x, y, and 17 buttons."""

    axes: tuple[float, ...]
    buttons: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class PageState:
    """All that one message says.

    Attributes:
        sequence: counts the page's messages.
        sent_ms: the page's own clock when it was sent.
        keys: ``KeyboardEvent.code`` of the keys that are, or since the last message were, down.
        gamepad, headset: None where there is none.
        events: of ``EVENTS``; "hold" for as long as the page asks for one.
    """

    sequence: int
    sent_ms: float
    keys: frozenset[str] = frozenset()
    gamepad: Gamepad | None = None
    headset: Headset | None = None
    events: tuple[str, ...] = ()


def parse_page_state(message: str) -> PageState:
    """Return the state that a page's JSON message holds.

    Raises:
        MessageError: it isn't JSON, lacks a field or holds one of another kind or length.
    """
    values = read_object(message)
    events = _names(values.get("events", []), "events")
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        raise MessageError(f"events: '{unknown[0]}' is none of {', '.join(EVENTS)}")
    pad, headset = values.get("pad"), values.get("xr")
    return PageState(
        sequence=int(_number(values.get("seq"), "seq")),
        sent_ms=_number(values.get("t"), "t"),
        keys=frozenset(_names(values.get("keys", []), "keys")),
        gamepad=None if pad is None else _gamepad(_object(pad, "pad")),
        headset=None if headset is None else _headset(_object(headset, "xr")),
        events=tuple(events),
    )


def read_object(message: str) -> dict[str, Any]:
    """Return the JSON object that a message is.

    Raises:
        MessageError: it is none, or holds NaN or Infinity.
    """
    try:
        values = json.loads(message, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON: {error}") from error
    return _object(values, "message")


def _refuse_constant(name: str) -> NoReturn:
    raise MessageError(f"{name} is no number")


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MessageError(f"{where}: an object is needed, not a {type(value).__name__}")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise MessageError(f"{where}: a list of at most {MAX_ITEMS} items is needed")
    return value


def _names(value: Any, where: str) -> list[str]:
    names = _list(value, where)
    if not all(isinstance(name, str) and len(name) <= MAX_NAME for name in names):
        raise MessageError(f"{where}: names of at most {MAX_NAME} letters are needed")
    return names


def _number(value: Any, where: str) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or abs(value) > 1e15 or not math.isfinite(value):
        raise MessageError(f"{where}: a number is needed, not {value!r}")
    return float(value)


def _levels(value: Any, where: str) -> tuple[float, ...]:
    """Return axes or buttons in -1 to 1; browsers give NaN (null in JSON) where one is absent."""
    numbers = [0.0 if v is None else _number(v, where) for v in _list(value, where)]
    return tuple(max(-1.0, min(1.0, number)) for number in numbers)


def _gamepad(values: dict[str, Any]) -> Gamepad:
    axes = _levels(values.get("axes", []), "pad.axes")
    buttons = _levels(values.get("buttons", []), "pad.buttons")
    return Gamepad((*axes, 0.0, 0.0, 0.0, 0.0)[:4], (*buttons, *[0.0] * 17)[:17])


def _headset(values: dict[str, Any]) -> Headset:
    hands = [
        None if values.get(side) is None else _tracked(_object(values[side], f"xr.{side}"))
        for side in ("left", "right")
    ]
    return Headset(_pose(values.get("viewer"), "xr.viewer"), *hands)


def _tracked(values: dict[str, Any]) -> TrackedHand:
    right, back = (*_levels(values.get("stick", []), "xr.stick"), 0.0, 0.0)[:2]
    squeeze, trigger = (
        _levels([values.get(name)], f"xr.{name}")[0] for name in ("squeeze", "trigger")
    )
    pinch = values.get("pinch")
    return TrackedHand(
        _pose(values.get("pose"), "xr.pose"),
        squeeze,
        trigger,
        (right, back),
        None if pinch is None else _number(pinch, "xr.pinch"),
        0.0 if pinch is None else _number(values.get("reach"), "xr.reach"),
    )


def _pose(value: Any, where: str) -> Pose:
    """Return the pose of [x, y, z, qx, qy, qz, qw] in WebXR's axes."""
    numbers = np.array([_number(v, where) for v in _list(value, where)])
    if len(numbers) != 7:
        raise MessageError(f"{where}: 7 numbers are needed, got {len(numbers)}")
    # The change of axes is a proper rotation: it turns the quaternion's vector as any vector.
    vector = R_OPERATOR_XR @ numbers[3:6]
    return Pose(R_OPERATOR_XR @ numbers[:3], np.array([numbers[6], *vector]))
