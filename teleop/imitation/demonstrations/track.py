"""A track: a demonstration with everything that samples of it need, computed once."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.teleop.imitation.actions import (
    Commands,
    ReferenceName,
    encode_actions,
    find_reference,
)
from drive2walk.teleop.imitation.demonstrations.demonstration import ACTION_DT_S, Demonstration
from drive2walk.teleop.imitation.demonstrations.feature_cache import CachedEpisode
from drive2walk.teleop.imitation.inputs.memory import NUM_COUNTS, Memory, find_closings
from drive2walk.teleop.imitation.inputs.words import encode_words

# Speed, in m/s or rad/s, or rate of closing, in 1/s, below which nothing is commanded to move.
REST_SPEED = 0.03
PAUSE_S = 0.4


@dataclasses.dataclass(frozen=True)
class Track:
    """A demonstration of T moments.

    Attributes:
        cached: Images and features.
        body: Readings of the body, (T, body_size).
        actions: Actions of the chunk that begins at each moment, (T, chunk_size, ACTION_SIZE).
        closings: Moment of the last closing before each moment, -1 for none, (T,).
        counts: Counts of closings and openings before each moment, (T, NUM_COUNTS), as a memory
            has them.
        stages: Whether each stage is behind, (T, NUM_STAGES); nan is unknown.
        progress: Part of the demonstration that is over, from 0 to 1, (T,).
        done: Whether the task is done, (T,).
        words: Rows of the task's words, (MAX_WORDS,).
        usable: Moments to learn from, without long pauses.
    """

    cached: CachedEpisode
    body: NDArray[np.float32]
    actions: NDArray[np.float32]
    closings: NDArray[np.intp]
    counts: NDArray[np.float32]
    stages: NDArray[np.float32]
    progress: NDArray[np.float32]
    done: NDArray[np.float32]
    words: NDArray[np.int64]
    usable: NDArray[np.intp]

    @classmethod
    def from_demonstration(
        cls,
        demonstration: Demonstration,
        cached: CachedEpisode,
        chunk_size: int,
        reference: ReferenceName = "hand",
    ) -> Track:
        """Return the track of a cached demonstration."""
        grasps = demonstration.commands.grasps
        # A policy remembers what was commanded before the present moment.
        before = np.vstack([np.zeros((1, 2)), grasps[:-1]])
        return cls(
            cached,
            demonstration.body.astype(np.float32),
            encode_chunks(demonstration, chunk_size, reference).astype(np.float32),
            np.concatenate([[-1], find_closings(grasps)[:-1]]).astype(np.intp),
            _count_grasps(before),
            cached.stages(),
            np.linspace(0.0, 1.0, len(demonstration), dtype=np.float32),
            demonstration.done.astype(np.float32),
            encode_words(demonstration.episode.task),
            np.flatnonzero(demonstration.usable & find_busy(demonstration)),
        )


def encode_chunks(
    demonstration: Demonstration, chunk_size: int, reference: ReferenceName
) -> NDArray[np.float64]:
    """Return the chunk of actions that begins at each of T moments, (T, chunk_size, ACTION_SIZE).

    Long pauses are left out. After the end the last command is repeated, with the base at rest.
    """
    commands, last = demonstration.commands, len(demonstration) - 1
    rest = commands.base[last] * [0.0, 0.0, 0.0, 1.0]
    busy = np.flatnonzero(find_busy(demonstration))
    chunks = []
    for start in range(len(demonstration)):
        following = busy[np.searchsorted(busy, start) :][:chunk_size]
        at = np.pad(following, (0, chunk_size - len(following)), constant_values=last)
        over = np.arange(chunk_size) >= len(following)
        base = np.where(over[:, None], rest, commands.base[at])
        part = Commands(commands.hands[at], commands.grasps[at], base)
        measured = demonstration.measured[start]
        chunks.append(encode_actions(part, find_reference(reference, measured)))
    return np.stack(chunks)


def find_busy(demonstration: Demonstration) -> NDArray[np.bool_]:
    """Return which of T moments are no part of a long pause, (T,).

    A policy that imitates a pause sees the same image again and never moves on. The first
    ``PAUSE_S`` of a pause stay, and so does the end, when the task is done.
    """
    commands = demonstration.commands
    hands = np.abs(np.diff(commands.hands[..., :3], axis=0)).max(axis=(1, 2)) / ACTION_DT_S
    grasps = np.abs(np.diff(commands.grasps, axis=0)).max(axis=1) / ACTION_DT_S
    height = np.abs(np.diff(commands.base[:, 3])) / ACTION_DT_S
    moves = np.abs(commands.base[:, :3]).max(axis=1) > REST_SPEED
    moves[:-1] |= (hands > REST_SPEED) | (height > REST_SPEED) | (grasps > REST_SPEED)
    last = np.maximum.accumulate(np.where(moves, np.arange(len(moves)), 0))
    return ((np.arange(len(moves)) - last) * ACTION_DT_S <= PAUSE_S) | demonstration.done


def _count_grasps(grasps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the counts of closings and openings up to each moment, (T, NUM_COUNTS)."""
    memory, counts = Memory(), []
    for now in grasps:
        memory = memory.remember_grasps(now)
        counts.append(memory.vector()[:NUM_COUNTS])
    return np.array(counts, dtype=np.float32)
