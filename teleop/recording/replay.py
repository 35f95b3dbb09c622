"""Replays a recorded episode: the same world, state and ctrl, compared bit for bit."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.recording.fingerprint import compute_fingerprint
from drive2walk.teleop.rendering.episode_images import BuildWorld, check_size


@dataclass(frozen=True)
class ReplayReport:
    """The agreement of a replay with the recording.

    Attributes:
        frames: Number of frames that were compared, up to and including a different one.
        difference: Description of the first difference; None if there is none.
        same_model: Whether the rebuilt world is the recorded one.
        recorded_with: Version of MuJoCo that recorded the episode.
        replayed_with: Version of MuJoCo that replayed it.
    """

    frames: int
    difference: str | None
    same_model: bool
    recorded_with: str
    replayed_with: str

    def text(self) -> str:
        """Return the report as one line."""
        if self.difference is None:
            parts = [f"{self.frames} frames are the same bit for bit"]
        else:
            parts = [f"first differs at {self.difference}"]
        if not self.same_model:
            parts.append("the rebuilt world is another than the one recorded")
        if self.recorded_with != self.replayed_with:
            parts.append(f"MuJoCo {self.recorded_with} recorded, {self.replayed_with} replays")
        return "; ".join(parts)


def replay(episode: Episode, build: BuildWorld) -> ReplayReport:
    """Simulate an episode again and compare every position and velocity.

    Args:
        episode: Episode with its frames.
        build: Builds the world of a scene.

    Raises:
        DataError: The states don't fit the rebuilt world.
    """
    world = build(episode.scene)
    check_size(world.model, episode.columns["sim.qpos"])
    steps = round(1 / (episode.setup.fps * world.model.opt.timestep))
    starts = {segment.start: segment.state for segment in episode.segments}
    difference, frame = None, 0
    for frame in range(episode.length):
        if frame in starts:
            _check_state(world.model, starts[frame])
            world.set_state(starts[frame])
        difference = _find_difference(episode, frame, world.model, world.data)
        if difference is not None:
            break
        world.data.ctrl[:] = episode.columns["sim.ctrl"][frame]
        mujoco.mj_step(world.model, world.data, nstep=steps)
    return ReplayReport(
        frames=frame + (difference is None),
        difference=difference,
        same_model=compute_fingerprint(world.model) == episode.fingerprint,
        recorded_with=episode.mujoco_version,
        replayed_with=mujoco.mj_versionString(),
    )


def _find_difference(
    episode: Episode, frame: int, model: mujoco.MjModel, data: mujoco.MjData
) -> str | None:
    """Return the first value of a frame that differs by a bit, with both values, or None."""
    for name, values in (("qpos", data.qpos), ("qvel", data.qvel)):
        recorded: NDArray[np.float64] = episode.columns[f"sim.{name}"][frame]
        # Compared as integers, because NaN must equal NaN and -0 must not equal 0.
        indices = np.flatnonzero(recorded.view(np.int64) != values.view(np.int64))
        if len(indices):
            at = int(indices[0])
            starts = model.jnt_qposadr if name == "qpos" else model.jnt_dofadr
            joint = model.joint(int(np.searchsorted(starts, at, side="right")) - 1).name
            return (
                f"frame {frame} ({frame / episode.setup.fps:.2f} s): {name}[{at}] of joint "
                f"'{joint}' was {recorded[at]:.17g}, is {values[at]:.17g}"
            )
    return None


def _check_state(model: mujoco.MjModel, state: NDArray[np.float64]) -> None:
    size = mujoco.mj_stateSize(model, mujoco.mjtState.mjSTATE_INTEGRATION)
    if len(state) != size:
        raise DataError(
            f"a segment of the episode starts with a state of {len(state)} values, the rebuilt "
            f"world's has {size}. Use the version of drive2walk that recorded it."
        )
