"""One episode: its frames and their origin."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class VideoCamera:
    """A camera whose video is rendered from the states.

    Attributes:
        name: Last part of the feature's name, observation.images.NAME.
        view: Name of the camera in the MuJoCo model.
        width: Width of the images, in pixels; even, as H.264 needs.
        height: Height of the images, in pixels; even, as H.264 needs.
        image_frames: Number of frames for which an image stays, as from a camera that is slower
            than the control steps.
    """

    name: str
    view: str
    width: int = 320
    height: int = 240
    image_frames: int = 1

    @property
    def key(self) -> str:
        """Feature of this camera's video."""
        return f"observation.images.{self.name}"


@dataclass(frozen=True)
class RecordingSetup:
    """What all episodes of a dataset share.

    Attributes:
        robot: Name of the robot's spec.
        fps: Frames per second of simulated time.
        cameras: Cameras with a video.
        names: Names of a feature's values, by feature. Features may be missing.
    """

    robot: str
    fps: int = 50
    cameras: tuple[VideoCamera, ...] = ()
    names: dict[str, list[str]] = field(default_factory=dict)

    def find_difference(self, other: RecordingSetup) -> str | None:
        """Return a description of the first difference from ``other``, None if there is none."""
        pairs = {"robot": (self.robot, other.robot), "fps": (self.fps, other.fps)}
        pairs["cameras"] = (_list_cameras(self.cameras), _list_cameras(other.cameras))
        for name, (mine, others) in pairs.items():
            if mine != others:
                return f"{name} {mine}, not {others}"
        for feature in sorted(self.names.keys() | other.names.keys()):
            if feature not in self.names:
                return f"no '{feature}', not with one"
            if self.names[feature] != other.names.get(feature):
                return f"other names for the values of {feature}"
        return None


def _list_cameras(cameras: tuple[VideoCamera, ...]) -> str:
    return ", ".join(_describe_camera(camera) for camera in cameras) or "none"


def _describe_camera(camera: VideoCamera) -> str:
    rate = f", a new image every {camera.image_frames} frames" if camera.image_frames > 1 else ""
    return f"{camera.name} ({camera.view}, {camera.width}x{camera.height}{rate})"


@dataclass(frozen=True)
class Segment:
    """Frames that follow each other without a pause.

    Attributes:
        start: Index of the first frame.
        state: MuJoCo's integration state (mjSTATE_INTEGRATION) at that frame, (n,) float64.
    """

    start: int
    state: NDArray[np.float64]


@dataclass(frozen=True)
class Episode:
    """A demonstration.

    Attributes:
        setup: Properties that the episode shares with the others of its dataset.
        task: Task in words.
        scene: Description from which ``envs.tasks`` rebuilds the world.
        segments: Stretches of frames between pauses.
        columns: Values of each feature, (length, size). Frame k holds the observation before, and
            the targets during, control step k.
        fingerprint: Hash of the world's compiled model.
        mujoco_version: Version of MuJoCo that simulated the episode.
    """

    setup: RecordingSetup
    task: str
    scene: dict[str, Any]
    segments: tuple[Segment, ...]
    columns: dict[str, NDArray[Any]]
    fingerprint: str
    mujoco_version: str

    @property
    def states_id(self) -> str:
        """Hash of the states, which is stored in every video made from them."""
        qpos = np.ascontiguousarray(self.columns["sim.qpos"], dtype="<f8")
        return hashlib.sha256(qpos.tobytes()).hexdigest()[:16]

    @property
    def length(self) -> int:
        """Number of frames."""
        return len(next(iter(self.columns.values())))
