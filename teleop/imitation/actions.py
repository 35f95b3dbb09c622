"""Actions of the arms as numbers: goals of the hands relative to a reference pose."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_matrix, quat_to_matrix

# One action: position (3,) and rotation (6,) of either hand, both grasps, and the base command.
POSE_SIZE = 9
HANDS = (slice(0, POSE_SIZE), slice(POSE_SIZE, 2 * POSE_SIZE))
GRASPS = slice(2 * POSE_SIZE, 2 * POSE_SIZE + 2)
BASE = slice(2 * POSE_SIZE + 2, 2 * POSE_SIZE + 6)
ACTION_SIZE = BASE.stop

# Frames of the hands' goals in an action.
ReferenceName = Literal["hand", "base"]
REFERENCES: tuple[ReferenceName, ...] = ("hand", "base")
ORIGIN = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])


@dataclasses.dataclass(frozen=True)
class Commands:
    """Commands for T moments, as an operator gives them.

    Attributes:
        hands: Goals of the left and the right hand in the levelled base frame of each moment,
            (T, 2, 7): position in metres and quaternion wxyz.
        grasps: Closing of either hand, from 0 to 1, (T, 2).
        base: Base commands (vx, vy, wz, height) in m/s, rad/s and metres, (T, 4).
    """

    hands: Array
    grasps: Array
    base: Array


def find_reference(name: ReferenceName, measured: Array) -> Array:
    """Return the poses (2, 7) that goals are relative to.

    Goals relative to the "hand" as it was measured teach small motions well, and errors add up
    from one chunk to the next; goals in the "base" frame pull the hands back to where
    demonstrators had them.

    Args:
        name: Name of the reference.
        measured: Poses of the hands at the time of the observation, (2, 7).
    """
    return measured if name == "hand" else np.stack([ORIGIN] * len(HANDS))


def encode_actions(commands: Commands, reference: Array) -> Array:
    """Return commands as actions (T, ACTION_SIZE), relative to reference poses.

    A goal's position is its offset from the reference, in the axes of the levelled base frame.
    Its rotation is that from the reference to the goal's orientation, as the first two
    columns of its matrix (Zhou et al., "On the Continuity of Rotation Representations in Neural
    Networks", 2019).

    Args:
        commands: Commands for T moments.
        reference: Result of ``find_reference``, (2, 7).
    """
    actions = np.empty((len(commands.base), ACTION_SIZE))
    for hand, part in enumerate(HANDS):
        goal, now = commands.hands[:, hand], reference[hand]
        turn = quat_to_matrix(now[3:]).T @ quat_to_matrix(goal[:, 3:])
        columns = np.concatenate([turn[..., 0], turn[..., 1]], axis=-1)
        actions[:, part] = np.concatenate([goal[:, :3] - now[:3], columns], axis=-1)
    actions[:, GRASPS] = commands.grasps
    actions[:, BASE] = commands.base
    return actions


def decode_actions(actions: Array, reference: Array) -> Commands:
    """Return the commands of actions (T, ACTION_SIZE); the inverse of ``encode_actions``.

    Args:
        actions: Actions; their rotations need not be exact.
        reference: Reference poses that the actions were encoded with, (2, 7).
    """
    hands = np.empty((len(actions), len(HANDS), 7))
    for hand, part in enumerate(HANDS):
        now, pose = reference[hand], actions[:, part]
        turns = quat_to_matrix(now[3:]) @ orthonormalize(pose[:, 3:])
        hands[:, hand, :3] = now[:3] + pose[:, :3]
        hands[:, hand, 3:] = [quat_from_matrix(turn) for turn in turns]
    grasps = np.clip(actions[:, GRASPS], 0.0, 1.0)
    return Commands(hands, grasps, actions[:, BASE].copy())


def orthonormalize(columns: Array) -> Array:
    """Return the rotation matrices (..., 3, 3) nearest to two columns, (..., 6), by Gram-Schmidt.

    Columns without length or of one direction give the rotation that does nothing.
    """
    first = _normalize(columns[..., :3], np.array([1.0, 0.0, 0.0]))
    second = columns[..., 3:] - (first * columns[..., 3:]).sum(-1, keepdims=True) * first
    second = _normalize(second, np.roll(first, 1, axis=-1))
    second = _normalize(second - (first * second).sum(-1, keepdims=True) * first, second)
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def _normalize(vectors: Array, otherwise: Array) -> Array:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(lengths > 1e-6, vectors / np.maximum(lengths, 1e-6), otherwise)
