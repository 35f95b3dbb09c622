import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from drive2walk.checkpoints.released import CHECKPOINTS, policy_path
from drive2walk.cli import run
from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import trial_physics
from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining
from drive2walk.locomotion.training.train import train
from drive2walk.locomotion.walking.from_policy import controller_from_policy

pytestmark = pytest.mark.e2e

RELEASED = ("unitree_g1", "unitree_h1", "booster_t1")


def test_train_writes_policy_card_and_metrics_that_evaluate_reads(tmp_path: Path) -> None:
    out = tmp_path / "run"
    keys = "--num-envs 16 --max-samples 256 --card-repeats 1 --ppo.steps 8 --ppo.gamma 0.97"
    run(["locomotion", "train", "--config", "g1_flat", *keys.split(), "--out", str(out)])
    card = (out / "policy.md").read_text()
    assert f"`drive2walk locomotion train --config g1_flat --seed 0 {keys} --out DIR`" in card
    assert "survival" in card
    config = load_config(WalkingTraining, out / "config.yaml", out)
    assert (config.num_envs, config.ppo.gamma) == (16, 0.97)
    assert config.gait == load_config(WalkingTraining, "g1_flat", CONFIGS).gait
    run(["locomotion", "evaluate", "--policy", str(out), "--repeats", "1", "--out", str(out / "e")])
    metrics = json.loads((out / "e" / "metrics.json").read_text())
    assert metrics["episodes"] == 36
    low, high = metrics["survival_interval"]
    assert 0 <= low <= metrics["survival"] <= high <= 1
    assert {"rms_vx", "rms_vy", "rms_wz", "commands"} <= set(metrics)


def test_a_killed_run_leaves_a_policy_and_resumes(tmp_path: Path) -> None:
    config = tmp_path / "tiny.yaml"
    config.write_text("num_envs: 16\nmax_samples: 100000000\nppo: {steps: 8, epochs: 1}\n")
    out = tmp_path / "run"
    arguments = ["locomotion", "train", "--config", str(config), "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "drive2walk.cli", *arguments], stdout=subprocess.DEVNULL
    )
    for _ in range(600):
        if (out / "policy.safetensors").exists():
            break
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert (
        controller_from_policy(Policy.load(out / "policy.safetensors")).policy.network is not None
    )
    before = load_file(out / "checkpoint.safetensors")
    chosen = load_config(WalkingTraining, config, CONFIGS)
    summary = train(dataclasses.replace(chosen, max_samples=1), 0, out, resume=True)
    assert summary["samples"] > 16 * 8
    after = load_file(out / "checkpoint.safetensors")
    assert before.keys() == after.keys()


@pytest.mark.parametrize("policy", RELEASED)
def test_released_policies_walk_the_grid_in_the_physics_of_scenes(
    policy: str, tmp_path: Path
) -> None:
    # H1 and T1 were released without real sensors, under which they fall more often.
    physics = ["--physics", "full", "--sensors", "ideal", "--repeats", "1"]
    run(["locomotion", "evaluate", "--policy", policy, *physics, "--out", str(tmp_path)])
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["survival"] >= 0.95
    assert metrics["rms_vx"] < 0.15
    assert metrics["rms_wz"] < 0.1


def test_a_released_policy_survives_commands_that_jump() -> None:
    controller = controller_from_policy(Policy.load(policy_path("unitree_g1")))
    count = 24
    env = WalkingEnv(
        controller.spec, trial_physics(controller.spec, "full"), WalkingConfig(push_m_s=0.0), count
    )
    env.hold_commands(np.zeros((count, 3)))
    ticks_between = np.arange(count) + 5
    body = controller.measure(proprioception_of(env.state))
    state = controller.start(body, np.arange(count) % 2)
    for tick in range(400):
        forth = (tick // ticks_between) % 2 == 0
        env.command[:, 0] = np.where(np.arange(count) % 2, 0.0, np.where(forth, 0.6, -0.3))
        env.command[:, 2] = np.where(forth, 0.7, -0.7)
        state, targets = controller.step(state, proprioception_of(env.state), env.command)
        terminated, _ = env.step(targets)
        assert not terminated.any()


def test_wrong_inputs_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ramps"):
        run(["locomotion", "evaluate", "--terrain", "ramp", "--out", str(tmp_path)])
    with pytest.raises(ConfigError, match="--physics full"):
        arguments = ["--arms", "moving", "--physics", "training", "--out", str(tmp_path)]
        run(["locomotion", "evaluate", *arguments])
    with pytest.raises(WeightsError, match="unitree_g1"):
        run(["locomotion", "evaluate", "--policy", "unitree_g2", "--out", str(tmp_path)])
    with pytest.raises(WeightsError, match=r"policy\.safetensors"):
        run(["locomotion", "evaluate", "--policy", str(tmp_path), "--out", str(tmp_path)])
    with pytest.raises(ConfigError, match="g1_flat"):
        run(["locomotion", "train", "--config", "g1_flatt", "--out", str(tmp_path)])


@pytest.mark.parametrize("policy", RELEASED)
def test_released_policies_have_cards(policy: str) -> None:
    path = policy_path(policy)
    assert path.parent == CHECKPOINTS
    assert Policy.load(path).metadata["robot"] == policy
    assert "locomotion train" in path.with_suffix(".md").read_text()
    assert Path(path).stat().st_size < 10e6


def test_bench_simulation_writes_its_keys(tmp_path: Path) -> None:
    few = ["--num-envs", "32", "--steps", "5", "--rollouts", "1"]
    run(["bench", "simulation", *few, "--out", str(tmp_path)])
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert {"env_steps_per_s", "raw_steps_per_s", "ratio"} <= set(metrics)
    assert 0 < metrics["ppo_samples_per_s"] < metrics["env_steps_per_s"]


def test_export_writes_what_a_robot_needs(tmp_path: Path) -> None:
    run(["locomotion", "export", "--out", str(tmp_path)])
    assert {"policy.onnx", "policy.npz", "README.md", "drive2walk"} <= {
        path.name for path in tmp_path.iterdir()
    }
    joints = Policy.load(policy_path("unitree_g1")).metadata["joint_names"]
    assert ", ".join(joints) in (tmp_path / "README.md").read_text()
