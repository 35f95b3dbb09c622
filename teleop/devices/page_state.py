"""The raw state of an operator's page: keys, gamepad and headset, as the browser reports them."""

from __future__ import annotations

import dataclasses

from drive2walk.robot.geometry.arrays import Array


@dataclasses.dataclass(frozen=True)
class TrackedPose:
    """A pose in the headset's reference space, along the operator's axes.

    Attributes:
        position: Position, x forward, y left, z up, (3,) m.
        orientation: Orientation, (4,) wxyz.
    """

    position: Array
    orientation: Array


@dataclasses.dataclass(frozen=True)
class TrackedHand:
    """A controller or a tracked hand of a headset.

    Attributes:
        pose: Pose of the controller's grip or of the hand's wrist.
        squeeze: Squeeze of a controller, from 0 to 1.
        trigger: Trigger of a controller, from 0 to 1.
        stick: Stick of a controller, x to the right and y towards the operator, from -1 to 1.
        pinch_m: Distance between the tips of thumb and index finger of a tracked hand, in metres;
            None for a controller.
        reach_m: Mean distance of the other fingertips of a tracked hand from its wrist, in metres.
    """

    pose: TrackedPose
    squeeze: float = 0.0
    trigger: float = 0.0
    stick: tuple[float, float] = (0.0, 0.0)
    pinch_m: float | None = None
    reach_m: float = 0.0


@dataclasses.dataclass(frozen=True)
class HeadsetState:
    """The state of a headset.

    Attributes:
        viewer: Pose of the head.
        left: Left hand; None if it is out of view.
        right: Right hand; None if it is out of view.
    """

    viewer: TrackedPose
    left: TrackedHand | None
    right: TrackedHand | None


@dataclasses.dataclass(frozen=True)
class GamepadState:
    """The state of a gamepad in the browser's standard layout.

    Attributes:
        axes: Left x, left y, right x, right y, from -1 to 1.
        buttons: 17 buttons, from 0 to 1.
    """

    axes: tuple[float, ...]
    buttons: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class PageState:
    """The content of one message of an operator's page.

    Attributes:
        sequence: Number of the message.
        sent_ms: Time on the page's own clock when it was sent, in milliseconds.
        keys: ``KeyboardEvent.code`` of the keys that are down, or were since the last message.
        gamepad: State of the gamepad, None without one.
        headset: State of the headset, None outside a VR session.
        events: Names from ``EVENTS``; "hold" for as long as the page asks for a hold.
    """

    sequence: int
    sent_ms: float
    keys: frozenset[str] = frozenset()
    gamepad: GamepadState | None = None
    headset: HeadsetState | None = None
    events: tuple[str, ...] = ()
