"""A policy as a device: it gives what a person with a headset gives, from camera and body alone."""

from __future__ import annotations

import dataclasses
from collections import deque

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.devices.robot_observation import Observe, RobotObservation
from drive2walk.teleop.imitation.actions import Commands
from drive2walk.teleop.imitation.demonstrations.demonstration import ACTION_DT_S
from drive2walk.teleop.imitation.demonstrations.samples import LOOK_BACK
from drive2walk.teleop.imitation.inputs.body_features import BodyFeatures
from drive2walk.teleop.imitation.inputs.image_features import ImageFeatures
from drive2walk.teleop.imitation.inputs.memory import Memory
from drive2walk.teleop.imitation.policy import ArmChunk, ArmPolicy
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

# Time for which a chunk is followed before the next decision.
DECISION_S = 0.4
# Time over which one chunk gives way to the next.
BLEND_S = 0.2
# A policy that believes for so long that the task is done says so.
DONE_S = 1.0
# After a longer gap between two readings, the clutches open once and the hands start again.
LONGEST_GAP_S = 0.15


@dataclasses.dataclass(frozen=True)
class Plan:
    """A chunk that began at a time.

    Attributes:
        start_s: Time of its observation, in seconds.
        commands: Its commands, ``ACTION_DT_S`` apart.
    """

    start_s: float
    commands: Commands

    def at(self, time_s: float) -> tuple[Array, Array, Array]:
        """Return hands (2, 7), grasps (2,) and base command (4,) at a time."""
        last = len(self.commands.base) - 1
        moment = float(np.clip((time_s - self.start_s) / ACTION_DT_S, 0.0, last))
        before = min(int(moment), last - 1)
        start, end = self.commands.hands[before : before + 2]
        return (
            blend_poses(start, end, moment - before),
            self.commands.grasps[int(moment)],
            self.commands.base[int(moment)],
        )


class PolicyDevice:
    """Steers the robot by a policy.

    Clutches are always held, and hand poses are absolute in the levelled base frame. The device
    has nothing of the world but what ``observe`` gives.

    Args:
        policy: The policy.
        observe: Returns what the robot senses now.

    Attributes:
        chunk: Newest decision; None before the first.
        uncertainty: Disagreement of the policy's heads at each decision so far, in metres.
    """

    def __init__(self, policy: ArmPolicy, observe: Observe) -> None:
        self._policy, self._observe = policy, observe
        self._features: BodyFeatures | None = None
        self.uncertainty: list[float] = []
        self.chunk: ArmChunk | None = None
        self._memory = Memory()
        self._felt: deque[Array] = deque(maxlen=LOOK_BACK + 1)
        self._closing: ImageFeatures | None = None
        self._plans: list[Plan] = []
        self._last_s: float | None = None
        self._felt_s = self._done_since_s = -np.inf
        self._is_done = False

    @property
    def done(self) -> bool:
        """Whether the policy believes that the task is done."""
        return self._is_done

    def read(self) -> OperatorInput:
        """Return the input for the next control step."""
        seen = self._observe()
        fresh = self._last_s is None or seen.time_s - self._last_s > LONGEST_GAP_S
        self._last_s = seen.time_s
        if fresh:
            # A neutral input ends the hold in which a session starts or goes on.
            self._plans = []
            self._felt.clear()
            return OperatorInput(seen.time_s)
        if seen.time_s - self._felt_s > ACTION_DT_S - 1e-6:
            self._take_in(seen)
        hands, grasps, base = self._follow(seen.time_s)
        left, right = (
            HandInput(True, hand[:3], hand[3:], float(grasp), absolute=True)
            for hand, grasp in zip(hands, grasps, strict=True)
        )
        return OperatorInput(seen.time_s, base, left, right)

    def close(self) -> None:
        """Do nothing: the device holds nothing open."""

    def _take_in(self, seen: RobotObservation) -> None:
        """Take in what is sensed, at the rate of actions, and decide when it is time."""
        self._felt_s = seen.time_s
        features = self._features or BodyFeatures.from_robot(
            self._policy.description.robot, fingers=seen.finger_qpos.size > 0
        )
        self._features = features
        measured = features.hand_poses(seen.body)
        self._felt.append(features.vector(seen.body, seen.finger_qpos, measured))
        if self._plans:
            closings = self._memory.closings.sum()
            self._memory = self._memory.remember_grasps(self._plans[-1].at(seen.time_s)[1])
            if self._memory.closings.sum() > closings:
                self._closing = self._policy.look(seen.image)
        else:
            # The hands' way begins where they are, so that nothing jumps.
            rest = np.append(np.zeros(3), np.nan)
            here = Commands(np.stack([measured] * 2), np.zeros((2, 2)), np.stack([rest] * 2))
            self._plans = [Plan(seen.time_s - DECISION_S, here)]
        if seen.time_s - self._plans[-1].start_s > DECISION_S - 1e-6:
            self._decide(seen, measured)

    def _decide(self, seen: RobotObservation, measured: Array) -> None:
        features = (self._policy.look(seen.image), self._closing)
        body = np.stack([self._felt[-1], self._felt[0]])
        chunk = self._policy.decide(features, body, measured, seen.task_text, self._memory)
        self._memory = self._memory.believe(chunk.stages, chunk.progress)
        self._plans = [self._plans[-1], Plan(seen.time_s, chunk.commands)]
        self.chunk = chunk
        self.uncertainty.append(chunk.uncertainty)
        if chunk.done < 0.5:
            self._done_since_s = np.inf
        self._done_since_s = min(self._done_since_s, seen.time_s)
        self._is_done = seen.time_s - self._done_since_s >= DONE_S

    def _follow(self, time_s: float) -> tuple[Array, Array, Array]:
        """Return hands, grasps and base command at a time; the last plan gives way to the next."""
        before, plan = self._plans
        hands, grasps, base = plan.at(time_s)
        fraction = float(np.clip((time_s - plan.start_s) / BLEND_S, 0.0, 1.0))
        if fraction < 1.0:
            hands = blend_poses(before.at(time_s)[0], hands, fraction)
        return hands, grasps, base


def blend_poses(start: Array, end: Array, fraction: float) -> Array:
    """Return poses (n, 7) on the way from ``start`` to ``end``; quaternions by normalised lerp."""
    sign = np.where((start[:, 3:] * end[:, 3:]).sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    poses = (1 - fraction) * start + fraction * np.hstack([end[:, :3], sign * end[:, 3:]])
    poses[:, 3:] /= np.linalg.norm(poses[:, 3:], axis=1, keepdims=True)
    return poses
