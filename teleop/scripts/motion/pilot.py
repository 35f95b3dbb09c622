"""The pilot: walks to places, moves the hands and waits, as scripts ask it to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_conjugate,
    quat_multiply,
    quat_rotate,
    quat_rotate_inverse,
    quat_yaw,
)
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.scripts.motion.axes import quat_from_yaw
from drive2walk.teleop.scripts.motion.guided_hand import GuidedHand
from drive2walk.teleop.scripts.motion.held_hands import find_held_hands, find_home_hands
from drive2walk.teleop.scripts.motion.manner import Manner
from drive2walk.teleop.scripts.motion.station import Station

# A script runs for one control step up to each yield.
Script = Iterator[None]
# The legs stand once the base has moved no further than this in this time. After the patience a
# script goes on with legs that still step.
REST_NEAR_M, REST_S, REST_PATIENCE_S = 0.01, 0.4, 6.0

# A place nearer to the image's edge than this fraction of half its size isn't counted as seen.
SEEN_FRACTION = 0.95


class Pilot:
    """Holds the operator's input of a script, and moves it towards the script's goals.

    Hand poses are in the levelled base frame, as the arms take them. A pilot takes over from any
    state: its hands begin where the arms hold them, which is deeper inside a thing that they press,
    and closed as far as they are.

    Args:
        world: The task. The pilot may look at all of it.
        manner: Speeds, gains and tolerances.

    Attributes:
        grasp: Closing of the left and the right hand, from 0 to 1, (2,).
        height_m: Commanded pelvis height in metres; nan leaves it unchanged.
        station: Target pose of the base.
        failure: Reason why the script gave up; empty as long as it has not.
        home: Poses of both hands with the arms at home, levelled base frame.
    """

    def __init__(self, world: TaskWorld, manner: Manner | None = None) -> None:
        self.world = world
        self.manner = manner or Manner()
        self.grasp = world.grasps
        self.failure = ""
        self.height_m = float("nan")
        self.station = Station(world)
        self.home = [self.to_base(hand) for hand in find_home_hands(world)]
        hands = [self.to_base(hand) for hand in find_held_hands(world)]
        self._hands = [GuidedHand(pose, pose, in_world=False) for pose in hands]

    @property
    def command(self) -> Array:
        """Base command (vx, vy, wz, height) that brings the robot to its station, (4,)."""
        return np.array([*self.station.command(self.manner), self.height_m])

    @property
    def hands(self) -> list[Pose]:
        """Commanded poses of the left and the right hand, levelled base frame."""
        return [
            self.to_base(hand.commanded) if hand.in_world else hand.commanded
            for hand in self._hands
        ]

    def advance(self) -> None:
        """Observe the base, and move the hands towards their goals by one control step."""
        self.station.update(self.manner)
        self._hands = [hand.advance(self.manner) for hand in self._hands]

    def aim(self, index: int, pose: Pose, *, in_world: bool) -> None:
        """Set a hand's goal, in the world or in the levelled base frame.

        A goal in the world stays there when the base moves.
        """
        commanded = self.hands[index]
        commanded = self.to_world(commanded) if in_world else commanded
        self._hands[index] = GuidedHand(commanded, pose, in_world)

    def to_base(self, pose: Pose) -> Pose:
        """Return a pose of the world in the levelled base frame."""
        base = self.world.base
        heading = quat_from_yaw(float(quat_yaw(base.quat)))
        position = quat_rotate_inverse(heading, pose.position - base.position)
        return Pose(position, quat_multiply(quat_conjugate(heading), pose.quat))

    def to_world(self, pose: Pose) -> Pose:
        """Return a pose of the levelled base frame in the world."""
        base = self.world.base
        heading = quat_from_yaw(float(quat_yaw(base.quat)))
        position = base.position + quat_rotate(heading, pose.position)
        return Pose(position, quat_multiply(heading, pose.quat))

    def find_hand(self, index: int) -> Pose:
        """Return the true pose of the left (0) or right (1) hand, levelled base frame."""
        return self.to_base(self.world.hand(index))

    def sees(self, place: Array) -> bool:
        """Return whether a place in the world, (3,) m, is in the head camera's field of view."""
        world, lens = self.world, self.world.spec.head_camera
        camera = world.data.camera(world.head_camera)
        # A camera looks along its negative z axis.
        right, up, back = camera.xmat.reshape(3, 3).T @ (place - camera.xpos)
        half = np.tan(lens.vertical_fov_rad / 2) * SEEN_FRACTION
        wide = half * lens.width / lens.height
        return bool(back < 0 and abs(up) < -back * half and abs(right) < -back * wide)

    def walk_to(self, x: float, y: float, yaw: float, settle_s: float = 0.3) -> Script:
        """Walk to a place in the world and stand there for ``settle_s`` seconds."""
        self.station.move_to(x, y, yaw)
        reached_s = 0.0
        for _ in range(round(2 * self.manner.patience_s / CONTROL_DT_S)):
            yield
            reached_s = reached_s + CONTROL_DT_S if self.station.reached else 0.0
            if reached_s >= settle_s:
                return

    def rest(self) -> Script:
        """Wait until the legs stand; a base that steps doesn't stay in its place."""
        place, rested_s = self.world.base.position, 0.0
        for _ in range(round(REST_PATIENCE_S / CONTROL_DT_S)):
            yield
            rested_s += CONTROL_DT_S
            if np.linalg.norm(self.world.base.position - place) > REST_NEAR_M:
                place, rested_s = self.world.base.position, 0.0
            if rested_s >= REST_S:
                return

    def sink_to(self, height_m: float, settle_s: float = 0.5) -> Script:
        """Move the pelvis to a height above the ground, down or up, and wait ``settle_s``."""
        start = self._find_height() if np.isnan(self.height_m) else self.height_m
        steps = max(1, round(abs(height_m - start) / (self.manner.sink_m_s * CONTROL_DT_S)))
        for self.height_m in np.linspace(start, height_m, steps + 1):
            yield
        yield from self.wait(settle_s)

    def arrive(self, tolerance_m: float = 0.005, settle_s: float = 0.2) -> Script:
        """Wait until both commanded positions are at their goals, then ``settle_s`` more."""
        for _ in range(round(self.manner.patience_s / CONTROL_DT_S)):
            yield
            ways = [hand.goal.position - hand.commanded.position for hand in self._hands]
            if max(np.linalg.norm(way) for way in ways) < tolerance_m:
                yield from self.wait(settle_s)
                return

    def steady(self, index: int, near_m: float, seconds: float, patience_s: float = 3.0) -> Script:
        """Wait until a hand has truly been at its goal in the world for a while.

        Args:
            index: Left (0) or right (1) hand.
            near_m: Largest distance from the goal, in metres.
            seconds: Time for which the hand must stay near, in seconds.
            patience_s: Time after which the script goes on anyway, in seconds.
        """
        steady_s = 0.0
        for _ in range(round(patience_s / CONTROL_DT_S)):
            yield
            way = self.world.hand(index).position - self._hands[index].goal.position
            steady_s = steady_s + CONTROL_DT_S if np.linalg.norm(way) < near_m else 0.0
            if steady_s >= seconds:
                return

    def close_hand(self, index: int, grasp: float, seconds: float) -> Script:
        """Bring the left (0) or right (1) hand evenly to ``grasp``, from 0 (open) to 1 (closed)."""
        steps = round(seconds / CONTROL_DT_S)
        for value in np.linspace(self.grasp[index], grasp, steps + 1)[1:]:
            self.grasp[index] = value
            yield

    def wait(self, seconds: float) -> Script:
        """Wait, with all goals unchanged."""
        for _ in range(round(seconds / CONTROL_DT_S)):
            yield

    def _find_height(self) -> float:
        """Return the present height of the pelvis within the limits of commands, in metres."""
        return float(np.clip(self.world.base.position[2], *OperatorLimits().height_m))
