"""Demonstrations without a simulator: random images, and actions that follow what is shown."""

from pathlib import Path

import numpy as np
import pytest

from drive2walk.teleop.dataset.files.episode import Episode, RecordingSetup
from drive2walk.teleop.imitation.actions import Commands
from drive2walk.teleop.imitation.demonstrations.demonstration import Demonstration
from drive2walk.teleop.imitation.demonstrations.feature_cache import CachedEpisode
from drive2walk.teleop.imitation.demonstrations.track import Track
from drive2walk.teleop.imitation.inputs.image_features import COLOUR_CHANNELS, GRID
from drive2walk.teleop.imitation.inputs.memory import NUM_STAGES

LENGTH, BODY, CHANNELS, CHUNK, EYE = 40, 7, 64, 4, "eye"


def make_demonstration(seed: int, task: str = "tote") -> Demonstration:
    """Return a demonstration whose right hand closes at moment 10 and opens at moment 30."""
    rng = np.random.default_rng(seed)
    rest = np.array([1.0, 0, 0, 0])
    hands = np.zeros((LENGTH, 2, 7))
    hands[..., 3:] = rest
    hands[..., 0] = 0.1 * np.sin(np.arange(LENGTH) / 5)[:, None]
    measured = np.zeros((LENGTH, 2, 7))
    measured[..., 3:] = rest
    grasps = np.zeros((LENGTH, 2))
    grasps[10:30, 1] = 1.0
    base = np.tile([0.2, 0.0, 0.1, 0.7], (LENGTH, 1))
    episode = Episode(
        RecordingSetup("unitree_g1"),
        "lift it on your left" if seed % 2 else "lift it on your right",
        {"task": task, "seed": seed},
        (),
        {"sim.qpos": rng.normal(size=(5 * LENGTH, 3))},
        "",
        "",
    )
    return Demonstration(
        f"episode {seed}",
        episode,
        np.arange(0, 5 * LENGTH, 5),
        rng.normal(size=(LENGTH, BODY)),
        measured,
        Commands(hands, grasps, base),
        np.ones(LENGTH, dtype=bool),
        np.arange(LENGTH) > 35,
    )


def write_features(folder: Path, seed: int, views: int = 2) -> CachedEpisode:
    """Write random features; the colours of view 1 are those of view 0 plus 10."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    stages = np.full((LENGTH, NUM_STAGES), np.nan, np.float32)
    np.save(folder / "stages.npy", stages)
    np.save(folder / "images.npy", rng.integers(0, 255, (LENGTH, 120, 160, 3), dtype=np.uint8))
    colours = rng.random((LENGTH, COLOUR_CHANNELS, *GRID)).astype(np.float16)
    shapes = rng.random((LENGTH, CHANNELS, *GRID)).astype(np.float16)
    for view in range(views):
        np.save(folder / f"colours_{view}.npy", colours + np.float16(10 * view))
        np.save(folder / f"shapes_{EYE}_{view}.npy", shapes)
    return CachedEpisode(folder)


@pytest.fixture
def tracks(tmp_path: Path) -> list[Track]:
    return [
        Track.from_demonstration(
            make_demonstration(seed), write_features(tmp_path / str(seed), seed), CHUNK
        )
        for seed in range(3)
    ]
