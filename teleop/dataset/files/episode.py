"""One episode: its frames, and what they come from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class VideoCamera:
    """A camera whose video is made from the states.

    Attributes:
        name: ends the feature's name: observation.images.NAME.
        view: name of the camera in the MuJoCo model.
        width, height: image size in pixels, even numbers, as H.264 needs.
    """

    name: str
    view: str
    width: int = 320
    height: int = 240

    @property
    def key(self) -> str:
        """The feature of this camera's video."""
        return f"observation.images.{self.name}"


@dataclass(frozen=True)
class Setup:
    """What all episodes of a dataset share.

    Attributes:
        robot: name of the robot's spec.
        fps: frames a second of simulated time.
        cameras: whose videos are made.
        names: a name for every value of a feature, by feature; may lack features.
    """

    robot: str
    fps: int = 50
    cameras: tuple[VideoCamera, ...] = ()
    names: dict[str, list[str]] = field(default_factory=dict)

    def difference(self, other: Setup) -> str | None:
        """Return in words where this is not as ``other``; None where it is."""
        pairs = {"robot": (self.robot, other.robot), "fps": (self.fps, other.fps)}
        pairs["cameras"] = (_listed(self.cameras), _listed(other.cameras))
        for name, (mine, others) in pairs.items():
            if mine != others:
                return f"{name} {mine}, not {others}"
        for feature in sorted(self.names.keys() | other.names.keys()):
            if self.names.get(feature) != other.names.get(feature):
                return f"other names for the values of {feature}"
        return None


def _listed(cameras: tuple[VideoCamera, ...]) -> str:
    views = [f"{c.name} ({c.view}, {c.width}x{c.height})" for c in cameras]
    return ", ".join(views) or "none"


@dataclass(frozen=True)
class Segment:
    """Frames that follow each other without a pause.

    Attributes:
        start: index of its first frame.
        state: MuJoCo's integration state (mjSTATE_INTEGRATION) at that frame, (k,) float64.
    """

    start: int
    state: NDArray[np.float64]


@dataclass(frozen=True)
class Episode:
    """A demonstration.

    Attributes:
        setup: what it shares with the others.
        task: what was asked for, in words.
        scene: what ``envs.tasks`` rebuilds the world from.
        segments: where the frames start and go on after a pause.
        columns: feature -> (length, size); frame k holds what was seen before, and done in,
            control step k.
        fingerprint: of the world's compiled model.
        mujoco_version: that simulated it.
    """

    setup: Setup
    task: str
    scene: dict[str, Any]
    segments: tuple[Segment, ...]
    columns: dict[str, NDArray[Any]]
    fingerprint: str
    mujoco_version: str

    @property
    def states_id(self) -> str:
        """A hash of the states, which a video made from them carries."""
        qpos = np.ascontiguousarray(self.columns["sim.qpos"], dtype="<f8")
        return hashlib.sha256(qpos.tobytes()).hexdigest()[:16]

    @property
    def length(self) -> int:
        """The number of frames."""
        return len(next(iter(self.columns.values())))
