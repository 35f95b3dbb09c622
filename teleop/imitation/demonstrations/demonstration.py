"""A demonstration: a recorded episode at the rate at which a policy decides."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec, load_robot
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.imitation.actions import Commands
from drive2walk.teleop.imitation.inputs.body_features import BodyFeatures

# Rate at which a policy's actions follow each other.
ACTION_HZ = 10
ACTION_DT_S = 1 / ACTION_HZ
GOALS = ("goal.left", "goal.right")


@dataclasses.dataclass(frozen=True)
class Demonstration:
    """A demonstration of T moments.

    Attributes:
        name: Dataset and number of the episode, for messages.
        episode: The recorded episode.
        frames: Frame of the episode at each moment, (T,).
        body: Readings of the body, (T, body_size).
        measured: Measured poses of both hands in the levelled base frame, (T, 2, 7).
        commands: Commands of the demonstrator, T moments.
        usable: Whether the demonstrator, not a policy, acted at each moment, (T,) bool.
        done: Whether the task was fulfilled at each moment, (T,) bool.
    """

    name: str
    episode: Episode
    frames: NDArray[np.intp]
    body: Array
    measured: Array
    commands: Commands
    usable: NDArray[np.bool_]
    done: NDArray[np.bool_]

    @property
    def task(self) -> str:
        """Name of the task."""
        return str(self.episode.scene["task"])

    def __len__(self) -> int:
        return len(self.frames)


def read_demonstrations(root: Path) -> list[Demonstration]:
    """Return all episodes of a dataset as demonstrations.

    Raises:
        DataError: There are no episodes, one can't be read, or one has no goals of the hands.
    """
    reader = DatasetReader(root)
    features: dict[tuple[str, bool], tuple[RobotSpec, BodyFeatures]] = {}
    found = []
    for number in reader.episodes:
        episode = reader.episode(number)
        fingers = _has_fingers(episode)
        key = (episode.setup.robot, fingers)
        if key not in features:
            spec = load_robot(episode.setup.robot)
            spec = spec.with_fingers() if fingers else spec
            features[key] = spec, BodyFeatures(spec)
        found.append(from_episode(episode, f"'{root}' episode {number}", *features[key]))
    return found


def from_episode(
    episode: Episode, name: str, spec: RobotSpec, features: BodyFeatures
) -> Demonstration:
    """Return an episode as a demonstration.

    Args:
        episode: Recorded episode.
        name: Name for messages.
        spec: Robot of the episode, with fingers where it has them.
        features: Features of that robot.

    Raises:
        DataError: The episode has no goals of the hands, or another robot's number of joints.
    """
    columns, length = episode.columns, episode.length
    missing = [goal for goal in GOALS if goal not in columns]
    if missing:
        raise DataError(
            f"{name} has no '{missing[0]}', which policies learn from. "
            "Record it again with this version of drive2walk."
        )
    frames = np.arange(0, length, episode.setup.fps // ACTION_HZ)
    states = columns["observation.state"][frames].astype(np.float64)
    body, measured = _measure(states, name, spec, features)
    hands = np.stack([columns[goal][frames] for goal in GOALS], axis=1).astype(np.float64)
    grasps = np.stack([columns[f"operator.{s}"][frames, -1] for s in ("left", "right")], axis=1)
    base = columns["operator.base"][frames].astype(np.float64)
    commands = Commands(hands, grasps.astype(np.float64), base)
    intervention = _read_flag(episode, "intervention", frames)
    # Where a person took over from a policy, the policy's own part is no demonstration.
    usable = intervention if intervention.any() else np.ones(len(frames), dtype=bool)
    done = _read_flag(episode, "success", frames)
    return Demonstration(name, episode, frames, body, measured, commands, usable, done)


def read_proprioception(state: Array, spec: RobotSpec) -> tuple[Proprioception, Array]:
    """Return the proprioception and the fingers' angles (num_fingers,) of ``observation.state``.

    Args:
        state: Recorded observation, (size,).
        spec: Robot of the episode, with fingers where it has them.
    """
    joints = len(spec.joint_names)
    fingers = len(spec.fingers.joint_names) if spec.fingers else 0
    sizes = np.cumsum([joints, fingers, joints, 3])
    qpos, finger_qpos, qvel, gravity, gyro = np.split(state, sizes)
    return Proprioception(qpos, qvel, gravity, gyro), finger_qpos


def _measure(
    states: Array, name: str, spec: RobotSpec, features: BodyFeatures
) -> tuple[Array, Array]:
    """Return what the robot felt (T, body_size) and its measured hand poses (T, 2, 7)."""
    joints = len(spec.joint_names)
    fingers = len(spec.fingers.joint_names) if spec.fingers else 0
    if states.shape[1] != 2 * joints + fingers + 6:
        raise DataError(
            f"{name} observes {states.shape[1]} values, the robot '{spec.menagerie}' has "
            f"{2 * joints + fingers + 6}. Use the version of drive2walk that recorded it."
        )
    body, measured = np.empty((len(states), features.size)), np.empty((len(states), 2, 7))
    for k, state in enumerate(states):
        felt, finger_qpos = read_proprioception(state, spec)
        measured[k] = features.hand_poses(felt)
        body[k] = features.vector(felt, finger_qpos, measured[k])
    return body, measured


def _read_flag(episode: Episode, feature: str, frames: NDArray[np.intp]) -> NDArray[np.bool_]:
    if feature not in episode.columns:
        return np.zeros(len(frames), dtype=bool)
    return np.asarray(episode.columns[feature][frames, 0] > 0.5)


def _has_fingers(episode: Episode) -> bool:
    names = episode.setup.names.get("action", [])
    spec = load_robot(episode.setup.robot)
    return len(names) > len(spec.joint_names)
