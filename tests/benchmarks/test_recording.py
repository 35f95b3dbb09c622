"""What recordings must stand: being killed at 50 moments, and being read by LeRobot itself."""

import json
import os
import random
import subprocess
from pathlib import Path

import numpy as np
import pytest

from drive2walk.teleop.dataset.publish import publish
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.repair import repair
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.recording.recorder import Recorder
from tests.teleop.recording.test_recorder import kill_and_check
from tests.teleop.toy_world import CAMERA, SETUP, TASK, demonstrate, numbered

KILLS = 50
READER = Path(__file__).with_name("lerobot_reader.py")
# Needs Python 3.12 and a torch of its own, so an environment of its own.
LEROBOT = "lerobot[dataset]>=0.6"


def test_50_kills_cost_no_saved_episode(tmp_path: Path) -> None:
    delays, saved = random.Random(0), 0
    for _ in range(KILLS):
        saved = kill_and_check(tmp_path, delays.uniform(0.0, 1.5), saved)
    repair(tmp_path, numbered)
    found = validate(tmp_path)
    assert (found.findings, found.waiting) == ([], [])
    print(f"\n{KILLS} kills, {found.episodes} episodes saved, none lost")


def test_lerobot_reads_a_recording_frame_for_frame(tmp_path: Path) -> None:
    python = _lerobot_python(tmp_path / "environment")
    root = tmp_path / "recorded"
    with Recorder(root, SETUP) as recorder:
        for number, task in enumerate((TASK, "stand", TASK)):
            demonstrate(recorder, number, 30 + number, task)
        publish(root, numbered)
    command = [python, str(READER), str(root), CAMERA.key]
    offline = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=offline, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    dataset = DatasetReader(root)
    episodes = [dataset.episode(number) for number in dataset.episodes]
    assert seen["episodes"] == 3
    assert seen["tasks"] == sorted([TASK, "stand"])
    assert seen["frame_index"] == [k for e in episodes for k in range(e.length)]
    assert seen["shown"] == seen["frame_index"], "each image is the one of its frame"
    actions = np.vstack([e.columns["action"] for e in episodes])
    np.testing.assert_array_equal(np.float32(seen["action"]), actions[:, 0])
    qpos = np.vstack([e.columns["sim.qpos"] for e in episodes])
    np.testing.assert_array_equal(np.float32(seen["qpos"]), qpos.astype(np.float32))
    np.testing.assert_allclose(seen["action_mean"], actions.mean(axis=0), rtol=1e-5)
    assert seen["batch"] == {"action": [4, 3], CAMERA.key: [4, 2, 3, 48, 64]}


def _lerobot_python(folder: Path) -> str:
    """Return a Python that has lerobot: DRIVE2WALK_LEROBOT_PYTHON, or one made in ``folder``."""
    given = os.environ.get("DRIVE2WALK_LEROBOT_PYTHON")
    if given:
        return given
    for name in ("python3.12", "python3.13", "python3.14"):
        try:
            subprocess.run([name, "-m", "venv", str(folder)], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        python = str(folder / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", LEROBOT]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"lerobot can't be installed: {done.stderr.strip()[-300:]}")
        return python
    pytest.skip("lerobot needs Python 3.12 or later, which isn't here")
