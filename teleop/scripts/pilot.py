"""What scripted operators steer with: walk to a place, bring the hands somewhere, wait."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from drive2walk.envs.tasks.task import TaskWorld, WorldPose
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_conjugate,
    quat_from_axis_angle,
    quat_multiply,
    quat_rotate,
    quat_rotate_inverse,
    quat_yaw,
    wrap_angle,
)
from drive2walk.robot.joint_group import SIDES
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.operator.guard import OperatorLimits

# A script does its next control step at each yield.
Script = Iterator[None]
# Legs that move the base no further than this in this time stand; after a while they don't matter.
REST_NEAR_M, REST_S, REST_PATIENCE_S = 0.01, 0.4, 6.0
LEFT, UP = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])


@dataclasses.dataclass(frozen=True)
class Manner:
    """How the pilot moves.

    Attributes:
        walk_m_s, turn_rad_s: highest commands.
        gain_hz: a command is this times the way that is left.
        drift_hz, drift_m_s: how fast the commands learn what the legs fall short by, and the
            most that they add for it.
        drift_near_m: they learn only this near to the station.
        sway_s: the base is where it is on average over about this time.
        near_m, near_rad: the base stands still once it is this near to its station,
        stray_m, stray_rad: and until it has strayed this much further: a step sways it as much.
        hand_m_s, hand_rad_s: speed of the hands.
        sink_m_s: how fast the pelvis sinks and rises.
        patience_s: longest that a single move may take.
    """

    walk_m_s: float = 0.3
    turn_rad_s: float = 0.5
    gain_hz: float = 1.0
    drift_hz: float = 0.3
    drift_m_s: float = 0.08
    drift_near_m: float = 0.12
    sway_s: float = 0.15
    near_m: float = 0.035
    near_rad: float = 0.06
    stray_m: float = 0.035
    stray_rad: float = 0.06
    hand_m_s: float = 0.25
    hand_rad_s: float = 1.2
    sink_m_s: float = 0.12
    patience_s: float = 15.0


def turn(yaw_rad: float) -> Array:
    """Return the quaternion (4,) of a turn about the vertical."""
    return quat_from_axis_angle(UP, np.array(yaw_rad))


class Pilot:
    """Holds what the operator asks for now, and moves it towards where a script wants it.

    Hands are poses in the levelled base frame, as the robot's motion takes them.

    Args:
        world: the task, of which the pilot sees everything.
        manner: how it moves.
    """

    def __init__(self, world: TaskWorld, manner: Manner | None = None) -> None:
        self.world = world
        self.manner = manner or Manner()
        self.grasp = np.zeros(len(SIDES))
        self.height_m = float("nan")
        hands = [self.to_base(world.hand(k)) for k in range(len(SIDES))]
        self._hands = [_Hand(pose, pose, in_world=False) for pose in hands]
        x, y, _ = world.base.position
        self.station = np.array([x, y, quat_yaw(world.base.quat)])
        self._way = np.zeros(3)
        self._drift = np.zeros(2)
        self.at_station = True

    @property
    def command(self) -> Array:
        """The base command (4,) that brings the robot to its station and keeps it there."""
        if self.at_station:
            return np.array([0.0, 0.0, 0.0, self.height_m])
        motion = self.manner.gain_hz * self._way[:2]
        motion /= max(1.0, float(np.hypot(*motion)) / self.manner.walk_m_s)
        limit = self.manner.turn_rad_s
        wz = np.clip(self.manner.gain_hz * self._way[2], -limit, limit)
        return np.array([*(motion + self._drift), wz, self.height_m])

    def _near_station(self) -> bool:
        """Whether the base is as near to its station as it needs to be, or still near enough."""
        near_m, near_rad = self.manner.near_m, self.manner.near_rad
        if self.at_station:
            near_m, near_rad = near_m + self.manner.stray_m, near_rad + self.manner.stray_rad
        return bool(np.hypot(*self._way[:2]) < near_m and abs(self._way[2]) < near_rad)

    def station_error(self) -> Array:
        """Return how far the station is: forward and left in m, turn in rad, (3,)."""
        base = self.world.base
        yaw = float(quat_yaw(base.quat))
        offset = np.array([*(self.station[:2] - base.position[:2]), 0.0])
        forward, left, _ = quat_rotate_inverse(turn(yaw), offset)
        return np.array([forward, left, float(wrap_angle(self.station[2] - yaw))])

    def to_base(self, pose: WorldPose) -> WorldPose:
        """Return a pose of the world in the levelled base frame."""
        base = self.world.base
        heading = turn(float(quat_yaw(base.quat)))
        position = quat_rotate_inverse(heading, pose.position - base.position)
        return WorldPose(position, quat_multiply(quat_conjugate(heading), pose.quat))

    def to_world(self, pose: WorldPose) -> WorldPose:
        """Return a pose of the levelled base frame in the world."""
        base = self.world.base
        heading = turn(float(quat_yaw(base.quat)))
        position = base.position + quat_rotate(heading, pose.position)
        return WorldPose(position, quat_multiply(heading, pose.quat))

    def walk_to(self, x: float, y: float, yaw: float, settle_s: float = 0.3) -> Script:
        """Walk to a place of the world and stand there for ``settle_s``."""
        self.station = np.array([x, y, yaw])
        self._way = self.station_error()
        self._drift = np.zeros(2)
        self.at_station = False
        there_s = 0.0
        for _ in range(round(2 * self.manner.patience_s / CONTROL_DT_S)):
            yield
            there_s = there_s + CONTROL_DT_S if self.at_station else 0.0
            if there_s >= settle_s:
                return

    def rest(self) -> Script:
        """Wait until the legs stand: a base that steps never stays in its place."""
        place, there_s = self.world.base.position, 0.0
        for _ in range(round(REST_PATIENCE_S / CONTROL_DT_S)):
            yield
            there_s += CONTROL_DT_S
            if np.linalg.norm(self.world.base.position - place) > REST_NEAR_M:
                place, there_s = self.world.base.position, 0.0
            if there_s >= REST_S:
                return

    def sink_to(self, height_m: float, settle_s: float = 0.5) -> Script:
        """Bring the pelvis to a height above the ground, down or up, and wait ``settle_s``."""
        told = OperatorLimits().standing_m if np.isnan(self.height_m) else self.height_m
        steps = max(1, round(abs(height_m - told) / (self.manner.sink_m_s * CONTROL_DT_S)))
        for self.height_m in np.linspace(told, height_m, steps + 1):
            yield
        yield from self.wait(settle_s)

    @property
    def hands(self) -> list[WorldPose]:
        """Where the left and the right hand are told to be, levelled base frame."""
        return [self.to_base(hand.told) if hand.in_world else hand.told for hand in self._hands]

    def aim(self, index: int, pose: WorldPose, *, in_world: bool) -> None:
        """Give a hand a goal, in the world or in the levelled base frame; it moves there.

        A goal in the world is kept to whatever the base does, as a person's eyes would.
        """
        told = self.hands[index]
        self._hands[index] = _Hand(self.to_world(told) if in_world else told, pose, in_world)

    def arrive(self, tolerance_m: float = 0.005, settle_s: float = 0.2) -> Script:
        """Wait until both hands are told to be at their goals."""
        for _ in range(round(self.manner.patience_s / CONTROL_DT_S)):
            yield
            ways = [hand.goal.position - hand.told.position for hand in self._hands]
            if max(np.linalg.norm(way) for way in ways) < tolerance_m:
                yield from self.wait(settle_s)
                return

    def steady(self, index: int, near_m: float, seconds: float, patience_s: float = 3.0) -> Script:
        """Wait until a hand truly has been at its goal in the world for a while.

        Args:
            index: the left (0) or the right (1) hand.
            near_m: how near counts.
            seconds: how long.
            patience_s: after this the script goes on anyway.
        """
        there_s = 0.0
        for _ in range(round(patience_s / CONTROL_DT_S)):
            yield
            way = self.world.hand(index).position - self._hands[index].goal.position
            there_s = there_s + CONTROL_DT_S if np.linalg.norm(way) < near_m else 0.0
            if there_s >= seconds:
                return

    def close_hand(self, index: int, grasp: float, seconds: float) -> Script:
        """Bring the left (0) or right (1) hand evenly to ``grasp``, 0 open and 1 closed."""
        steps = round(seconds / CONTROL_DT_S)
        for told in np.linspace(self.grasp[index], grasp, steps + 1)[1:]:
            self.grasp[index] = told
            yield

    def wait(self, seconds: float) -> Script:
        """Go on as it is."""
        for _ in range(round(seconds / CONTROL_DT_S)):
            yield

    def advance(self) -> None:
        """Look where the base is, and move the hands by one control step towards their goals."""
        manner = self.manner
        self._way += (self.station_error() - self._way) * CONTROL_DT_S / manner.sway_s
        self.at_station = self._near_station()
        if not self.at_station and np.hypot(*self._way[:2]) < manner.drift_near_m:
            learnt = self._drift + manner.drift_hz * self._way[:2] * CONTROL_DT_S
            self._drift = np.clip(learnt, -manner.drift_m_s, manner.drift_m_s)
        for index, hand in enumerate(self._hands):
            told = self._towards(hand.told, hand.goal)
            self._hands[index] = dataclasses.replace(hand, told=told)

    def _towards(self, hand: WorldPose, goal: WorldPose) -> WorldPose:
        way = goal.position - hand.position
        reach = self.manner.hand_m_s * CONTROL_DT_S
        share = min(1.0, reach / max(1e-9, float(np.linalg.norm(way))))
        rotation = quat_multiply(goal.quat, quat_conjugate(hand.quat))
        rotation = rotation if rotation[0] >= 0 else -rotation
        sine = float(np.linalg.norm(rotation[1:]))
        angle = 2 * float(np.arctan2(sine, rotation[0]))
        part = min(angle, self.manner.hand_rad_s * CONTROL_DT_S)
        axis = rotation[1:] / max(1e-9, sine)
        quat = quat_multiply(quat_from_axis_angle(axis, np.array(part)), hand.quat)
        return WorldPose(hand.position + share * way, quat / np.linalg.norm(quat))


@dataclasses.dataclass(frozen=True)
class _Hand:
    """Where a hand is told to be now and in the end, in the world or in the base frame."""

    told: WorldPose
    goal: WorldPose
    in_world: bool
