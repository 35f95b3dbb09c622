import dataclasses
from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.replay import replay
from tests.teleop.toy_world import SETUP, ToyWorld, build, demonstrate


@pytest.fixture
def episode(tmp_path: Path) -> Episode:
    with Recorder(tmp_path, SETUP) as recorder:
        demonstrate(recorder, 7, 60)
    return DatasetReader(tmp_path).episode(0)


def test_an_episode_replays_bit_for_bit(episode: Episode) -> None:
    moved = np.ptp(episode.columns["sim.qpos"][:, :2], axis=0)
    assert moved.max() > 0.05, "the arm must push the box, or the test shows nothing"
    again = replay(episode, build)
    assert again.difference is None
    assert again.frames == 60
    assert again.same_model
    assert again.text() == "60 frames are the same bit for bit"


def test_one_bit_of_ctrl_is_found_at_its_first_effect(episode: Episode) -> None:
    ctrl = episode.columns["sim.ctrl"].copy()
    ctrl[20] = np.nextafter(ctrl[20], 9.0)
    again = replay(
        dataclasses.replace(episode, columns=episode.columns | {"sim.ctrl": ctrl}), build
    )
    assert again.difference is not None
    assert again.frames == 21
    assert again.difference.startswith("frame 21 (0.42 s): qpos[")


def test_another_world_is_reported(episode: Episode) -> None:
    def heavier(scene: dict[str, int]) -> ToyWorld:
        world = build(scene)
        world.model.body("box").mass *= 1.01
        return world

    again = replay(episode, heavier)
    assert not again.same_model
    assert "of joint 'box'" in again.text()
    assert "the rebuilt world is another" in again.text()


def test_another_version_of_mujoco_is_reported(episode: Episode) -> None:
    qvel = episode.columns["sim.qvel"].copy()
    qvel[3, 0] += 1.0
    older = dataclasses.replace(
        episode, columns=episode.columns | {"sim.qvel": qvel}, mujoco_version="3.2.1"
    )
    assert "qvel[0] of joint 'box'" in replay(older, build).text()
    assert "MuJoCo 3.2.1 recorded" in replay(older, build).text()


def test_states_of_another_model_are_refused(episode: Episode) -> None:
    columns = episode.columns | {"sim.qpos": episode.columns["sim.qpos"][:, 1:]}
    with pytest.raises(DataError, match="7 positions, the rebuilt world 8"):
        replay(dataclasses.replace(episode, columns=columns), build)
