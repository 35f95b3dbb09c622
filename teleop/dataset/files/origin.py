"""The origin of an episode's frames, as JSON in the metadata of its parquet file."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any

import numpy as np

from drive2walk.teleop.dataset.files.episode import Episode, RecordingSetup, Segment, VideoCamera


def encode_origin(episode: Episode, task_index: int) -> dict[str, Any]:
    """Return everything but the frames of an episode, as JSON."""
    return {
        "setup": dataclasses.asdict(episode.setup),
        "task": episode.task,
        "task_index": task_index,
        "scene": episode.scene,
        "segments": [
            {"start": s.start, "state": base64.b64encode(s.state.astype("<f8").tobytes()).decode()}
            for s in episode.segments
        ],
        "fingerprint": episode.fingerprint,
        "mujoco_version": episode.mujoco_version,
    }


def decode_origin(origin: dict[str, Any]) -> Episode:
    """Return the episode of an origin, without its frames.

    An episode that doesn't say which sensors recorded it is from a time of ideal ones alone.

    Raises:
        KeyError: A field is missing.
        TypeError: A field has another type.
        ValueError: A state isn't base64.
    """
    setup = origin["setup"]
    cameras = tuple(VideoCamera(**camera) for camera in setup["cameras"])
    segments = tuple(
        Segment(s["start"], np.frombuffer(base64.b64decode(s["state"]), dtype="<f8"))
        for s in origin["segments"]
    )
    return Episode(
        setup=RecordingSetup(setup["robot"], setup["fps"], cameras, setup["names"]),
        task=origin["task"],
        scene={"sensors": "ideal", **origin["scene"]},
        segments=segments,
        columns={},
        fingerprint=origin["fingerprint"],
        mujoco_version=origin["mujoco_version"],
    )
