"""Every example runs as a user would run it, with short times, and says what it should."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
ROOM = next((ROOT / "tests" / "data" / "rooms" / "images").iterdir())
# Script -> its arguments, and what its last line must look like.
RUNS = {
    "see_one_image.py": ([str(ROOM)], r"[1-9]\d?% of the picture is walkable"),
    "walk_a_policy.py": (["--seconds", "4"], r"fell: False, walked 1\.\d+ m, by odometry 1\.\d+ m"),
    "run_the_agent.py": (["--seconds", "4"], r"fell: False, after 4\.0 s"),
    "record_an_episode.py": (["--task", "sort"], r"\d{3,} frames of 20 ms"),
    "train_legs.py": (["--seconds", "4"], r"\d{4,} control steps, \d+ falls"),
}


def test_every_example_is_run_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(RUNS)


@pytest.mark.parametrize("name", sorted(RUNS))
def test_an_example_has_at_most_40_lines(name: str) -> None:
    assert (EXAMPLES / name).read_text(encoding="utf-8").count("\n") <= 40


@pytest.mark.e2e
@pytest.mark.parametrize("name", sorted(RUNS))
def test_an_example_runs(name: str, tmp_path: Path) -> None:
    arguments, expected = RUNS[name]
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.search(expected, done.stdout.splitlines()[-1]), done.stdout


def test_the_picture_that_an_example_writes_is_green_where_the_robot_may_step(
    tmp_path: Path,
) -> None:
    import cv2

    out = tmp_path / "walkable.png"
    command = [sys.executable, str(EXAMPLES / "see_one_image.py"), str(ROOM), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    before, after = cv2.imread(str(ROOM)).astype(int), cv2.imread(str(out)).astype(int)
    greener = (after - before)[..., 1] - (after - before)[..., 2]
    assert 0.05 < (greener > 10).mean() < 0.9
